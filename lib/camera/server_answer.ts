/**
 * Whether somebody answers where a stream is to come from.
 *
 * OpenCV opens one FFmpeg source of a process at a time: while one does not answer, which FFmpeg
 * waits for half a minute, no other could be opened. So it is given those alone that do.
 *
 * @module
 */

import { deadline, unlessStopped } from "../flow/timing.ts";
import { splitUrl } from "../text/passwords.ts";
import { addressOf, hostnameOf } from "./address.ts";

/** How long an answer is waited for, in milliseconds: as long as FFmpeg would. */
const PATIENCE_MS = 30_000;

/** Where the servers listen, unless their URL says otherwise. */
const PORTS: Readonly<Record<string, number>> = {
  "rtsp://": 554,
  "rtsps://": 322,
  "rtmp://": 1935,
  "rtmps://": 443,
};

/** To this every RTSP server says something, if only that it wants a password. */
const QUESTION = new TextEncoder().encode("OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n");

/**
 * Waits for a server to be there, and of an RTSP server for its first words. Of what has no server,
 * as far as is known here, nothing is asked.
 *
 * @param url with special characters in its name and password escaped
 * @param signal ends the waiting
 * @throws {Deno.errors} what the network throws, also when nobody answers within half a minute
 */
export async function serverAnswers(
  url: string,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  const split = splitUrl(url);
  const scheme = split?.scheme.toLowerCase() ?? "";
  const usualPort = PORTS[scheme];
  const server = split && addressOf(split);
  if (usualPort === undefined || !server) return;
  const stop = new AbortController();
  const address = { hostname: hostnameOf(server), port: Number(server.url.port) || usualPort };
  const asking = ask(address, scheme === "rtsp://", AbortSignal.any([signal, stop.signal]));
  try {
    const error = () => new Deno.errors.TimedOut("nobody answers");
    await unlessStopped(deadline(asking, { ms: PATIENCE_MS, error }), signal);
  } finally {
    stop.abort();
    // Whatever it comes to now, is of no interest any more.
    asking.catch(() => {});
  }
}

async function ask(
  address: Deno.ConnectOptions,
  isRtsp: boolean,
  signal: AbortSignal,
): Promise<void> {
  const connection = await Deno.connect({ ...address, signal });
  const close = () => connection.close();
  signal.addEventListener("abort", close);
  if (signal.aborted) close();
  if (!isRtsp) return;
  await connection.write(QUESTION);
  const length = await connection.read(new Uint8Array(1024));
  if (length === null) throw new Deno.errors.ConnectionReset("the server has closed it");
}
