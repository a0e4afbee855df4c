/**
 * Notices that this very program stood still: suspended by a signal or a debugger, or on a virtual
 * machine that was paused. Whoever judges others by the clock must know.
 *
 * @module
 */

/** Shorter delays are those of a busy machine, in milliseconds. */
const LEAST_MS = 1000;

/** To be asked at regular times, from the start on. */
export class Standstill {
  readonly #everyMs: number;
  #lastMs = performance.now();

  /** @param everyMs how often it will be asked */
  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  /** For how long the program stood still since it was asked last, in microseconds; mostly 0. */
  take(): number {
    const nowMs = performance.now();
    const lostMs = nowMs - this.#lastMs - this.#everyMs;
    this.#lastMs = nowMs;
    return lostMs > LEAST_MS ? lostMs * 1000 : 0;
  }
}
