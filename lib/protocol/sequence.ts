/**
 * Frame numbers: u32, one more for every picture of a host, 0 again after 4,294,967,295.
 *
 * @example
 * ```ts
 * import { nextSequence, sequenceDistance } from "./sequence.ts";
 *
 * console.assert(sequenceDistance(0xffffffff, nextSequence(0xffffffff)) === 1);
 * ```
 * @module
 */

/** The number after `sequence`. */
export function nextSequence(sequence: number): number {
  return (sequence + 1) >>> 0;
}

/**
 * How many frames `to` comes after `from`; negative when it came before. Right as long as the two
 * are less than 2^31 apart, which is over two years at 30 frames/s.
 */
export function sequenceDistance(from: number, to: number): number {
  return (to - from) | 0;
}
