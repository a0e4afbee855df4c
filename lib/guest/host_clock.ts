/**
 * What time it is on the host, told from the four timestamps of each PING and PONG.
 *
 * @example
 * ```ts
 * import { HostClock } from "./host_clock.ts";
 *
 * const clock = new HostClock();
 * clock.measured({ t1: 1_000, t2: 501_100, t3: 501_200, t4: 1_300 });
 * console.assert(clock.roundTripMicros === 200);
 * console.assert(clock.captured({ capturedAtMicros: 501_000, nowMicros: 1_300 }) === 1_000);
 * ```
 * @module
 */

import { RecentMinimum } from "../flow/recent_minimum.ts";

/** For how long a measurement counts, in microseconds: clocks drift apart by some 50 µs a second. */
export const CLOCK_MEMORY_MICROS = 30_000_000;

/**
 * By how much two clocks may drift apart while a measurement counts, in microseconds: a clock that is
 * being set right runs up to 500 µs a second wrong.
 */
export const MAX_DRIFT_MICROS = 20_000;

/** A picture that were older on its arrival has no age that could be believed, in microseconds. */
export const MAX_AGE_ON_ARRIVAL_MICROS = 3_600_000_000;

/** The timestamps of one exchange, in microseconds: t1 and t4 are ours, t2 and t3 the host's. */
export interface ClockExchange {
  /** The PING left us. */
  t1: number;
  /** The PING reached the host. */
  t2: number;
  /** The PONG left the host. */
  t3: number;
  /** The PONG reached us. */
  t4: number;
}

/**
 * The host's monotonic clock, as seen from here.
 *
 * - Error: at most half the smallest recent round trip, however unequal the two ways are.
 * - A clock that jumped, as that of a computer that slept: what was measured before is forgotten with
 *   the first exchange that contradicts it.
 */
export class HostClock {
  #offsets = freshOffsets();

  /** The smallest recent round trip in microseconds; `undefined` before the first exchange. */
  get roundTripMicros(): number | undefined {
    return this.#offsets.best?.value;
  }

  /** What to add to our time to get the host's, in microseconds. */
  get offsetMicros(): number | undefined {
    return this.#offsets.best?.item;
  }

  /**
   * Takes in an exchange; the host's own delay between t2 and t3 does not count. A host that claims
   * more of a delay than there was time, or less than none, is not believed.
   */
  measured({ t1, t2, t3, t4 }: ClockExchange): void {
    const roundTrip = (t4 - t1) - (t3 - t2);
    if (roundTrip < 0 || t3 < t2) return;
    const offset = ((t2 - t1) + (t3 - t4)) / 2;
    const best = this.#offsets.best;
    const apart = best ? Math.abs(offset - best.item) - (roundTrip + best.value) / 2 : 0;
    if (apart > MAX_DRIFT_MICROS) this.#offsets = freshOffsets();
    this.#offsets.add({ value: roundTrip, item: offset, atMicros: t4 });
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

function freshOffsets(): RecentMinimum<number> {
  return new RecentMinimum({ memoryMicros: CLOCK_MEMORY_MICROS });
}
