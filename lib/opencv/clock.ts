/**
 * The one clock that every process on the machine shares.
 *
 * @module
 */

import { core } from "./ffi.ts";

/**
 * Now, in microseconds of `CLOCK_MONOTONIC`: the same clock in every thread and process of this
 * machine, and the one V4L2 stamps its frames with. It never jumps. Its zero means nothing.
 */
export function monotonicMicros(): number {
  return core().monotonic_micros();
}

/**
 * Waits for a moment of {@linkcode monotonicMicros}, to a fraction of a millisecond: off the
 * JavaScript thread, whose own timers are only good to one or two. It can't be cut short.
 */
export function sleepUntil(micros: number): Promise<void> {
  return core().sleep_until(micros);
}
