/**
 * The smallest of the recent measurements, as a round trip wants it: one that was not delayed.
 *
 * @example
 * ```ts
 * import { RecentMinimum } from "./recent_minimum.ts";
 *
 * const roundTrips = new RecentMinimum<string>(30_000_000);
 * roundTrips.add({ value: 900, item: "quick", atMicros: 0 });
 * roundTrips.add({ value: 5_000, item: "slow", atMicros: 1_000_000 });
 * console.assert(roundTrips.best?.item === "quick");
 * ```
 * @module
 */

/** A measured value, with what was learnt by it. */
export interface Measurement<T> {
  /** What is compared; the smallest wins. */
  value: number;
  item: T;
  /** When it was measured, in microseconds of a monotonic clock. */
  atMicros: number;
}

/**
 * Keeps the smallest measurement of a time span.
 *
 * - Memory: only those that can still become the smallest are kept, newest last.
 * - Expiry: happens as measurements come in, so that a silent peer does not lose its last one.
 */
export class RecentMinimum<T> {
  readonly #memoryMicros: number;
  #candidates: Measurement<T>[] = [];

  constructor(memoryMicros: number) {
    this.#memoryMicros = memoryMicros;
  }

  /** The smallest recent measurement; `undefined` before the first. */
  get best(): Measurement<T> | undefined {
    return this.#candidates[0];
  }

  /** Adds a measurement; `atMicros` never goes back. */
  add(measurement: Measurement<T>): void {
    this.#candidates = this.#candidates.filter((candidate) =>
      measurement.atMicros - candidate.atMicros < this.#memoryMicros &&
      candidate.value < measurement.value
    );
    this.#candidates.push(measurement);
  }
}
