/**
 * The spread of a measured value since it was last looked at.
 *
 * @example
 * ```ts
 * import { Samples } from "./samples.ts";
 *
 * const ages = new Samples();
 * for (const ms of [5, 7, 6, 90]) ages.add(ms);
 * console.assert(ages.take()?.p50 === 7);
 * console.assert(ages.take() === undefined);
 * ```
 * @module
 */

/** How many values are kept; the newest replace the oldest. */
export const MAX_SAMPLES = 4096;

/** Quantiles of the values, in their own unit. */
export interface Spread {
  p50: number;
  /** 99 of 100 values are not above this. */
  p99: number;
  max: number;
}

/**
 * Collects values and sums them up.
 *
 * - Bound: at most {@linkcode MAX_SAMPLES} values; when nobody looks, the oldest go.
 */
export class Samples {
  #values: number[] = [];
  #next = 0;

  add(value: number): void {
    this.#values[this.#next] = value;
    this.#next = (this.#next + 1) % MAX_SAMPLES;
  }

  /** The spread since the last call; `undefined` when no value was added. */
  take(): Spread | undefined {
    const sorted = this.#values.sort((a, b) => a - b);
    this.#values = [];
    this.#next = 0;
    if (sorted.length === 0) return undefined;
    const at = (share: number) => sorted[Math.floor(sorted.length * share)]!;
    return { p50: at(0.5), p99: at(0.99), max: sorted.at(-1)! };
  }
}
