/**
 * How often a network camera sends a picture, and so how long one may take although all is well.
 *
 * @module
 */

/** As long as the rate is not known, a picture may take so long, in milliseconds. */
export const FIRST_PATIENCE_MS = 10_000;

/** So many intervals make the rate known, and of so many the longest counts. */
const KNOWN_AFTER = 4;

/** A picture may take so many times the longest interval. */
const PATIENCE_INTERVALS = 3;

/** The times of a camera's last pictures. */
export class PictureRate {
  #timesMicros: number[] = [];

  /** Takes note of a picture that came then. */
  add(atMicros: number): void {
    this.#timesMicros = [...this.#timesMicros, atMicros].slice(-KNOWN_AFTER - 1);
  }

  /** How long the next one may take, in milliseconds. */
  get patienceMs(): number {
    const [first, ...later] = this.#timesMicros;
    if (first === undefined || later.length < KNOWN_AFTER) return FIRST_PATIENCE_MS;
    const intervals = later.map((at, index) => at - (later[index - 1] ?? first));
    return PATIENCE_INTERVALS * Math.max(...intervals) / 1000;
  }
}
