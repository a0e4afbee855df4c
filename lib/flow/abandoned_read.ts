/**
 * Reads that nobody waits for any more, and that nothing can end: those of a terminal.
 *
 * @module
 */

import { unlessStopped } from "./timing.ts";

let abandoned = 0;

/** Whether such a read is left, so that the process will not end by itself. */
export function readsHang(): boolean {
  return abandoned > 0;
}

/** Waits for a read, or less when the signal is aborted first: then for `undefined`. */
export async function readUnlessStopped<T>(
  read: Promise<T>,
  signal: AbortSignal,
): Promise<T | undefined> {
  const result = await unlessStopped(read, signal);
  if (result === undefined) {
    abandoned++;
    const over = () => void abandoned--;
    read.then(over, over);
  }
  return result;
}
