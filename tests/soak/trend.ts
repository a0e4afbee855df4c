/**
 * Whether a series of measurements grows.
 *
 * @example
 * ```ts ignore
 * import { findTrend } from "./trend.ts";
 *
 * const { grows } = findTrend([50, 51, 49, 50, 52, 50], { statistic: "median", share: 0.1 });
 * console.assert(!grows);
 * ```
 * @module
 */

/** The share of a series, at its start, that is left out: caches fill, code is compiled. */
export const WARM_UP_SHARE = 0.2;

/** Fewer values than this say nothing about a trend. */
export const MIN_VALUES = 15;

/** What counts as growth: the last third above the first by more than all of this. */
export interface TrendLimit {
  /**
   * What stands for a third of the series: its `median`, or its `minimum` where things may come on
   * top for a while, such as the connection of a guest that comes and goes.
   */
  readonly statistic: "median" | "minimum";
  /** The growth allowed, as a share of the first third; default: none. */
  readonly share?: number;
  /** The growth allowed besides, in the unit of the values; default: none. */
  readonly plus?: number;
}

/** What became of a series. */
export interface Trend {
  /** What stands for the first third, after the warm-up. */
  readonly first: number;
  /** What stands for the last third. */
  readonly last: number;
  /** The most that `last` may be. */
  readonly limit: number;
  /** Whether it is more. */
  readonly grows: boolean;
}

/**
 * Compares the first and the last third of a series, its warm-up left out. A single value, however
 * far off, does not make a trend.
 *
 * @param values at even distances in time, oldest first
 * @throws {RangeError} when there are fewer than {@linkcode MIN_VALUES}
 */
export function findTrend(values: readonly number[], limit: TrendLimit): Trend {
  if (values.length < MIN_VALUES) {
    throw new RangeError(`Cannot see a trend: ${values.length} values are too few`);
  }
  const warm = values.slice(Math.ceil(values.length * WARM_UP_SHARE));
  const third = Math.floor(warm.length / 3);
  const { statistic, share = 0, plus = 0 } = limit;
  const of = statistic === "median" ? median : minimum;
  const first = of(warm.slice(0, third));
  const last = of(warm.slice(-third));
  const most = first * (1 + share) + plus;
  return { first, last, limit: most, grows: last > most };
}

/** The middle one of the values, or the mean of the two in the middle. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}

function minimum(values: readonly number[]): number {
  return values.reduce((least, value) => Math.min(least, value), Infinity);
}
