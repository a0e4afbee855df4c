/**
 * Connecting over a network that loses packets.
 *
 * @module
 */

import { withPort } from "../cli/address.ts";
import { CaptureVideoError } from "../flow/errors.ts";

/** How long a connection may take to be made, in milliseconds. */
export const DIAL_LIMIT_MS = 3000;

/**
 * How often another attempt is begun beside those that have no answer yet, in milliseconds. A lost
 * packet is repeated after one second, then two more, then four more: too late for somebody who
 * waits for a cable to be put back.
 */
export const ANOTHER_ATTEMPT_MS = 500;

/**
 * Connects by several attempts at once, and keeps the first that succeeds.
 *
 * @throws {CaptureVideoError} `connection`, when nobody answers in time; the system's error, when
 * one attempt is refused or cannot be made; the signal's reason, when it is aborted
 */
export async function dial(to: Deno.ConnectOptions, signal: AbortSignal): Promise<Deno.TcpConn> {
  signal.throwIfAborted();
  const over = new AbortController();
  const first = Promise.withResolvers<Deno.TcpConn>();
  const fail = (error: unknown) => {
    over.abort();
    first.reject(error);
  };
  const attempt = async () => {
    try {
      const connection = await Deno.connect({ ...to, signal: over.signal });
      if (over.signal.aborted) return connection.close();
      over.abort();
      first.resolve(connection);
    } catch (error) {
      fail(error);
    }
  };
  const attempts: Promise<void>[] = [];
  const begin = () => void attempts.push(attempt());
  const giveUp = () => fail(signal.reason);
  signal.addEventListener("abort", giveUp);
  const another = setInterval(begin, ANOTHER_ATTEMPT_MS);
  const limit = setTimeout(() => fail(nobodyAnswers(to)), DIAL_LIMIT_MS);
  try {
    begin();
    const connection = await first.promise;
    connection.setNoDelay(true);
    return connection;
  } finally {
    clearInterval(another);
    clearTimeout(limit);
    signal.removeEventListener("abort", giveUp);
    await Promise.all(attempts);
  }
}

function nobodyAnswers({ hostname = "127.0.0.1", port }: Deno.ConnectOptions): CaptureVideoError {
  return new CaptureVideoError(
    "connection",
    `Cannot connect to ${withPort(hostname, port)}: nobody answers there`,
  );
}
