/**
 * Percentiles and medians of measured values.
 *
 * @example
 * ```ts
 * import { median, percentile } from "./statistics.ts";
 *
 * console.assert(median([3, 1, 2]) === 2);
 * console.assert(percentile([10, 20, 30, 40], 0.99) === 40);
 * ```
 * @module
 */

/** The value that a share (0–1) of the values does not exceed; NaN of no values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}

/** The middle value; NaN of no values. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** The median of each key over several runs; keys that are not numbers in every run are left out. */
export function medians<T extends object>(runs: readonly T[]): T {
  const first = runs[0];
  if (!first) throw new RangeError("Cannot take medians: there are no runs");
  const entries = Object.keys(first).map((key) => {
    const values = runs.map((run) => run[key as keyof T]);
    return [key, median(values.filter((value) => typeof value === "number"))];
  });
  return Object.fromEntries(entries);
}
