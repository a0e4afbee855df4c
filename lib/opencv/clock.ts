/**
 * The one clock that every process on the machine shares.
 *
 * @module
 */

import { ifThere, system } from "./ffi.ts";

/** This process's own clock. All that other processes and drivers have a share in needs the bridge. */
const ownMicros = () => (performance.timeOrigin + performance.now()) * 1000;

let clock: (() => number) | undefined;

/**
 * Now, in microseconds of `CLOCK_MONOTONIC`: the same clock in every thread and process of this
 * machine, and the one V4L2 stamps its frames with. It never jumps. Its zero means nothing. Where
 * the bridge is not there, a clock of this process.
 */
export function monotonicMicros(): number {
  clock ??= ifThere(system)?.monotonic_micros ?? ownMicros;
  return clock();
}

/**
 * Waits for a moment of {@linkcode monotonicMicros}, to a fraction of a millisecond: off the
 * JavaScript thread, whose own timers are only good to one or two. It can't be cut short.
 */
export function sleepUntil(micros: number): Promise<void> {
  return system().sleep_until(micros);
}
