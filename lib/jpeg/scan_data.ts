/**
 * Looks through the entropy-coded data of a JPEG: nearly all of its bytes.
 *
 * @example
 * ```ts
 * import { findMarkerInScan } from "./scan_data.ts";
 *
 * console.assert(findMarkerInScan(Uint8Array.of(1, 0xff, 0, 2, 0xff, 0xd9), 0) === 4);
 * ```
 * @module
 */
import { isWithinScan, Marker } from "./structure.ts";

/**
 * Where the data end: the first marker at or behind `from` that may not stand in them, or the end
 * of the bytes, or their last byte where that is an 0xFF.
 *
 * Four bytes at a time, which takes a third of the time of `indexOf` for each 0xFF: data have one
 * in some 200 bytes.
 */
export function findMarkerInScan(bytes: Uint8Array, from: number): number {
  const { buffer, byteOffset, length } = bytes;
  const words = new Int32Array(buffer, 0, byteOffset + length >> 2);
  let at = from;
  while (at < length) {
    if ((byteOffset + at & 3) === 0) {
      let word = byteOffset + at >> 2;
      while (word < words.length && !hasFF(words[word]!)) word++;
      at = word * 4 - byteOffset;
    }
    if (bytes[at] !== 0xff) {
      at++;
      continue;
    }
    if (at + 1 === length) return at;
    const next = bytes[at + 1]!;
    if (next === Marker.FILL) at++;
    else if (isWithinScan(next)) at += 2;
    else return at;
  }
  return length;
}

/** Whether one of the four bytes is 0xFF: the complement then has a zero, from which one borrows. */
function hasFF(word: number): boolean {
  return ((~word - 0x01010101) & word & 0x80808080) !== 0;
}
