/**
 * Connecting to a host that can be reached in several ways.
 *
 * @module
 */

import type { Target } from "../discovery/host_locator.ts";
import { pause } from "../flow/timing.ts";
import { dial } from "./dial.ts";

/** How long one place is waited for before the next is tried beside it, in milliseconds. */
const NEXT_AFTER_MS = 200;

/**
 * Connects to the first of several places that answers, the better ones a little earlier.
 *
 * @param targets at least one, the best first
 * @param signal ends the attempts
 * @throws what {@linkcode dial} throws for the best, when none can be reached
 */
export async function dialAny(
  targets: readonly Target[],
  signal: AbortSignal,
): Promise<Deno.TcpConn> {
  const [only, second] = targets;
  if (only && !second) return await dial(only, signal);
  const over = new AbortController();
  const stop = AbortSignal.any([signal, over.signal]);
  const failures: unknown[] = [];
  let first: Deno.TcpConn | undefined;
  const attempts = targets.map(async (target, index) => {
    await pause(index * NEXT_AFTER_MS, stop);
    try {
      const connection = await dial(target, stop);
      if (first) connection.close();
      else first = connection;
      over.abort();
    } catch (error) {
      failures[index] = error;
    }
  });
  await Promise.all(attempts);
  if (first) return first;
  throw failures[0];
}
