/**
 * Notices that this very program stood still: suspended by a signal or a debugger, or on a virtual
 * machine that was paused. Whoever judges others by the clock must know.
 *
 * @example
 * ```ts
 * import { Standstill } from "./standstill.ts";
 *
 * const standstill = new Standstill({ everyMs: 1000 });
 * console.assert(standstill.take() === 0);
 * ```
 * @module
 */

/** Shorter delays are those of a busy machine, in milliseconds. */
const LEAST_MS = 1000;

/** Options of a {@linkcode Standstill}. */
export interface StandstillOptions {
  /** How often it will be asked, in milliseconds. */
  everyMs: number;
  /** A clock that goes on while the program stands still, in milliseconds. */
  nowMs?: () => number;
}

/** To be asked at regular times, from the start on. */
export class Standstill {
  readonly #everyMs: number;
  readonly #nowMs: () => number;
  #lastMs: number;

  /** @param options how often it will be asked */
  constructor({ everyMs, nowMs = () => performance.now() }: StandstillOptions) {
    this.#everyMs = everyMs;
    this.#nowMs = nowMs;
    this.#lastMs = nowMs();
  }

  /** For how long the program stood still since it was asked last, in microseconds; mostly 0. */
  take(): number {
    const nowMs = this.#nowMs();
    const lostMs = nowMs - this.#lastMs - this.#everyMs;
    this.#lastMs = nowMs;
    return lostMs > LEAST_MS ? lostMs * 1000 : 0;
  }
}
