// @ts-check
/**
 * What time it is on the host, by the four times of each PING and PONG.
 *
 * @module
 */

/** For how long a measurement counts, in microseconds. */
const MEMORY_MICROS = 30_000_000;

/** So much may two clocks drift apart meanwhile, in microseconds. */
const MAX_DRIFT_MICROS = 20_000;

/** This side's monotonic clock, in microseconds. */
export function nowMicros() {
  return Math.trunc(performance.now() * 1000);
}

/** The host's clock as seen from here: wrong by half the smallest recent round trip at the most. */
export class HostClock {
  /** @type {{ offset: number, roundTrip: number, at: number }[]} */
  #measured = [];

  /** The smallest recent round trip, in microseconds; `undefined` before the first. */
  get roundTripMicros() {
    return this.#best?.roundTrip;
  }

  /** @param {{ t1: number, t2: number, t3: number, t4: number }} exchange */
  measured({ t1, t2, t3, t4 }) {
    const roundTrip = t4 - t1 - (t3 - t2);
    if (t3 < t2 || roundTrip < 0) return;
    const offset = (t2 - t1 + (t3 - t4)) / 2;
    const best = this.#best;
    const apart = best ? Math.abs(offset - best.offset) - (roundTrip + best.roundTrip) / 2 : 0;
    if (apart > MAX_DRIFT_MICROS) this.#measured = [];
    this.#measured.push({ offset, roundTrip, at: t4 });
    this.#measured = this.#measured.filter(({ at }) => t4 - at <= MEMORY_MICROS);
  }

  /**
   * How old something is that the host captured then, in milliseconds; `undefined` while unknown.
   *
   * @param {number} capturedAtMicros in the host's time
   */
  ageMs(capturedAtMicros) {
    const best = this.#best;
    return best && (nowMicros() + best.offset - capturedAtMicros) / 1000;
  }

  get #best() {
    /** @type {{ offset: number, roundTrip: number, at: number } | undefined} */
    let best;
    for (const one of this.#measured) {
      if (!best || one.roundTrip < best.roundTrip) best = one;
    }
    return best;
  }
}
