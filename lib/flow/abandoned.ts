/**
 * What nobody waits for any more, and nothing can end: the read of a terminal, a NATS client that
 * connects.
 *
 * @module
 */

import { unlessStopped } from "./timing.ts";

let abandoned = 0;

/** Whether something of that kind is left, so that the process will not end by itself. */
export function somethingHangs(): boolean {
  return abandoned > 0;
}

/** Notes that something of that kind is left for good. */
export function abandon(): void {
  abandoned++;
}

/** Waits for a promise, or less when the signal is aborted first: then for `undefined`. */
export async function waitUnlessStopped<T>(
  promise: Promise<T>,
  signal: AbortSignal,
): Promise<T | undefined> {
  const result = await unlessStopped(promise, signal);
  if (result === undefined) {
    abandon();
    const over = () => void abandoned--;
    promise.then(over, over);
  }
  return result;
}
