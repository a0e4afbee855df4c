/**
 * A stream of JPEGs, cut.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { JpegStreamCutter } from "../../lib/jpeg/stream.ts";

/** The pictures that come out of a stream. */
export function cut(pieces: Iterable<Uint8Array>): Uint8Array[] {
  const cutter = new JpegStreamCutter();
  const pictures: Uint8Array[] = [];
  for (const piece of pieces) pictures.push(...cutter.push(piece));
  return pictures;
}

/** Whether pictures stand in a stream one behind the other, but for an end that they were given. */
export function standIn(bytes: Uint8Array, pictures: readonly Uint8Array[]): boolean {
  const stream = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let from = 0;
  for (const jpeg of pictures) {
    const at = stream.indexOf(jpeg.subarray(0, -2), from);
    if (at < 0 || jpeg.at(-2) !== 0xff || jpeg.at(-1) !== 0xd9) return false;
    from = at + jpeg.length - 2;
    if (stream[from] === 0xff && stream[from + 1] === 0xd9) from += 2;
  }
  return true;
}
