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
 * console.assert(clock.ageMicros({ capturedAtMicros: 501_000, nowMicros: 1_300 }) === 300);
 * ```
 * @module
 */

import { RecentMinimum } from "../recent_minimum.ts";

/** For how long a measurement counts, in microseconds: clocks drift apart by some 50 µs a second. */
export const CLOCK_MEMORY_MICROS = 30_000_000;

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
 */
export class HostClock {
  readonly #offsets = new RecentMinimum<number>({ memoryMicros: CLOCK_MEMORY_MICROS });

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
   * more of a delay than there was time is not believed.
   */
  measured({ t1, t2, t3, t4 }: ClockExchange): void {
    const roundTrip = (t4 - t1) - (t3 - t2);
    if (roundTrip < 0) return;
    this.#offsets.add({ value: roundTrip, item: ((t2 - t1) + (t3 - t4)) / 2, atMicros: t4 });
  }

  /** How old a picture is at `nowMicros` of our clock; `undefined` before the first exchange. */
  ageMicros(picture: { capturedAtMicros: number; nowMicros: number }): number | undefined {
    const offset = this.offsetMicros;
    return offset === undefined ? undefined : picture.nowMicros + offset - picture.capturedAtMicros;
  }
}
