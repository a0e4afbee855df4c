/**
 * How long to wait before the host is tried again.
 *
 * @module
 */

/** The first wait, in milliseconds. */
export const FIRST_DELAY_MS = 200;
/** The longest wait, in milliseconds: the picture is back within a second of the host's return. */
export const LONGEST_DELAY_MS = 600;

/**
 * The wait after a number of failures in a row: doubling, and shortened by up to a half at random so
 * that the guests of a host that comes back do not all knock at the same time.
 *
 * @param failures how many attempts have failed before this one
 * @param random a number from 0 to 1
 * @returns milliseconds
 */
export function reconnectDelayMs(failures: number, random: number): number {
  const delay = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** failures);
  return delay * (1 - random / 2);
}
