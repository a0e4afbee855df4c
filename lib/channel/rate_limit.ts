/**
 * Picks as many of a camera's pictures as somebody asked for, evenly spread.
 *
 * @example
 * ```ts
 * import { RateLimit } from "./rate_limit.ts";
 *
 * const limit = new RateLimit(20);
 * const pictures = Array.from({ length: 300 }, (_, n) => n * 1e6 / 30);
 * console.assert(pictures.filter((atMicros) => limit.take(atMicros)).length === 200);
 * ```
 * @module
 */

/** The mean time between two pictures is taken over about so many. */
const SMOOTHED_OVER = 16;
/** A time that is longer than so many means is a pause, and counts as no more than that. */
const LONGEST_IN_MEANS = 3;
/** A longer time says nothing of the camera's rate, in microseconds. */
const LONGEST_INTERVAL_MICROS = 10_000_000;
/** So many times between pictures are needed before one of them can be taken for a pause. */
const TRUSTED_INTERVALS = 4;

/**
 * A timetable of moments, as far apart as was asked for; of the camera's pictures, the one that is
 * nearest to each moment is taken.
 *
 * - Rate: what a picture came too late or too early is made good by the next ones, so that any rate
 *   is kept in the long run. One that the camera does not reach leaves all of its pictures through.
 * - Pause: turns that passed without a picture are lost, and none is made up for.
 * - Times that go backwards, as a clock's that was set: the timetable begins anew.
 * - The camera's rate is learnt from its pictures, also when it changes.
 */
export class RateLimit {
  readonly #everyMicros: number;
  #dueAtMicros = -Infinity;
  #seenAtMicros: number | undefined;
  #intervals = 0;
  #intervalMicros = 0;

  /** @param maxFps pictures per second, above 0 */
  constructor(maxFps: number) {
    this.#everyMicros = 1e6 / maxFps;
  }

  /** Whether the camera gives more pictures than were asked for, as far as that is known. */
  get binds(): boolean {
    return this.#everyMicros > this.#intervalMicros;
  }

  /**
   * Whether it is the turn of the picture captured then. To be asked of each picture, in the order
   * of capture; it may be asked again of the newest.
   */
  isDue(capturedAtMicros: number): boolean {
    this.#see(capturedAtMicros);
    return !this.binds || capturedAtMicros >= this.#dueAtMicros - this.#intervalMicros / 2;
  }

  /** Takes the picture captured then if it is its turn, and says whether it is. */
  take(capturedAtMicros: number): boolean {
    if (!this.isDue(capturedAtMicros)) return false;
    const lateMicros = capturedAtMicros - this.#dueAtMicros;
    const from = lateMicros < this.#everyMicros + this.#intervalMicros
      ? this.#dueAtMicros
      : capturedAtMicros;
    this.#dueAtMicros = from + this.#everyMicros;
    return true;
  }

  #see(capturedAtMicros: number): void {
    const before = this.#seenAtMicros;
    if (before === capturedAtMicros) return;
    this.#seenAtMicros = capturedAtMicros;
    if (before === undefined) return;
    const micros = capturedAtMicros - before;
    if (micros < 0) this.#dueAtMicros = -Infinity;
    if (micros < 0 || micros > LONGEST_INTERVAL_MICROS) return;
    const mean = this.#intervalMicros;
    const counted = this.#intervals < TRUSTED_INTERVALS
      ? micros
      : Math.min(micros, LONGEST_IN_MEANS * mean);
    this.#intervals = Math.min(this.#intervals + 1, SMOOTHED_OVER);
    this.#intervalMicros += (counted - mean) / this.#intervals;
  }
}
