/**
 * How often a network camera sends a picture, and so how long one may take although all is well.
 *
 * @example
 * ```ts
 * import { PictureRate } from "./picture_rate.ts";
 *
 * const rate = new PictureRate();
 * for (let second = 0; second < 6; second++) rate.add(second * 1e6);
 * console.assert(rate.patienceMs === 3000);
 * ```
 * @module
 */

/** As long as the rate is not known, a picture may take so long, in milliseconds. */
export const FIRST_PATIENCE_MS = 10_000;

/** So many intervals make the rate known, and of so many the longest counts. */
const KNOWN_AFTER = 4;

/** A picture may take so many times the longest interval. */
const PATIENCE_INTERVALS = 3;

/** The intervals between a camera's last pictures. */
export class PictureRate {
  #intervalsMs: number[] = [];
  #lastMicros: number | undefined;

  /** Takes note of a picture that came then. */
  add(atMicros: number): void {
    if (this.#lastMicros !== undefined) {
      this.#intervalsMs.push((atMicros - this.#lastMicros) / 1000);
      this.#intervalsMs = this.#intervalsMs.slice(-KNOWN_AFTER);
    }
    this.#lastMicros = atMicros;
  }

  /** How long the next one may take, in milliseconds. */
  get patienceMs(): number {
    if (this.#intervalsMs.length < KNOWN_AFTER) return FIRST_PATIENCE_MS;
    return PATIENCE_INTERVALS * Math.max(...this.#intervalsMs);
  }
}
