/**
 * What time it is on the host, by the four timestamps of each PING and PONG.
 *
 * @example
 * ```ts
 * import { HostClock } from "./host_clock.ts";
 *
 * const clock = new HostClock();
 * clock.measured({ t1: 1_000, t2: 501_100, t3: 501_200, t4: 1_300, roundTripMicros: 200 });
 * console.assert(clock.captured({ capturedAtMicros: 501_000, nowMicros: 1_300 }) === 1_000);
 * ```
 * @module
 */

import { RecentMinimum } from "../flow/recent_minimum.ts";
import type { Exchange } from "./heartbeat.ts";

/** For how long a measurement counts, in microseconds: clocks drift apart by some 50 µs a second. */
export const CLOCK_MEMORY_MICROS = 30_000_000;

/**
 * By how much two clocks may drift apart while a measurement counts, in microseconds: a clock that is
 * being set right runs up to 500 µs a second wrong.
 */
export const MAX_DRIFT_MICROS = 20_000;

/** A picture that were older on its arrival has no age that could be believed, in microseconds. */
export const MAX_AGE_ON_ARRIVAL_MICROS = 3_600_000_000;

/**
 * The time of a picture whose host tells the time, but none that can be: it is older than any limit,
 * so that it never counts as live.
 */
export const UNKNOWN_TIME = -Infinity;

/**
 * The host's monotonic clock, as seen from here.
 *
 * - Error: at most half the smallest recent round trip, however unequal the two ways are.
 * - A clock that jumped, as that of a computer that slept: what was measured before is forgotten with
 *   the first exchange that contradicts it.
 */
export class HostClock {
  /** What to add to our time to get the host's, by the round trip in which that was learnt. */
  #offsets = new RecentMinimum<number>(CLOCK_MEMORY_MICROS);

  measured({ t1, t2, t3, t4, roundTripMicros }: Exchange): void {
    const offset = ((t2 - t1) + (t3 - t4)) / 2;
    const best = this.#offsets.best;
    const apart = best ? Math.abs(offset - best.item) - (roundTripMicros + best.value) / 2 : 0;
    if (apart > MAX_DRIFT_MICROS) this.#offsets = new RecentMinimum(CLOCK_MEMORY_MICROS);
    this.#offsets.add({ value: roundTripMicros, item: offset, atMicros: t4 });
  }

  /**
   * When a picture was captured that arrives at `nowMicros`, in microseconds of our clock. A time
   * that is later than that by no more than the error of the measurement is the arrival's.
   *
   * @returns `undefined` before the first exchange, and for a time that cannot be: in the future, or
   * more than {@linkcode MAX_AGE_ON_ARRIVAL_MICROS} ago
   */
  captured(picture: { capturedAtMicros: number; nowMicros: number }): number | undefined {
    const best = this.#offsets.best;
    if (!best) return undefined;
    const ours = picture.capturedAtMicros - best.item;
    const ageMicros = picture.nowMicros - ours;
    const isPossible = ageMicros >= -best.value / 2 - MAX_DRIFT_MICROS &&
      ageMicros <= MAX_AGE_ON_ARRIVAL_MICROS;
    return isPossible ? Math.min(picture.nowMicros, ours) : undefined;
  }
}
