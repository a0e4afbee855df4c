/**
 * What cameras do to JPEGs.
 *
 * @module
 */

import { fixture, segment, withoutSegments } from "../jpeg/support.ts";
import { concat } from "../protocol/support.ts";

const SOI = Uint8Array.of(0xff, 0xd8);
const EOI = Uint8Array.of(0xff, 0xd9);
const COMMENT = segment(0xfe, new TextEncoder().encode("made by a camera"));

/** What cameras do to a whole picture; every pixel is there all the same. */
export const ODDITIES: Record<string, (jpeg: Uint8Array) => Uint8Array> = {
  "one byte in front of its end": (jpeg) => concat(jpeg.subarray(0, -2), Uint8Array.of(7), EOI),
  "64 zeros in front of its end": (jpeg) => concat(jpeg.subarray(0, -2), new Uint8Array(64), EOI),
  "5,000 zeros in front of its end": (jpeg) =>
    concat(jpeg.subarray(0, -2), new Uint8Array(5000), EOI),
  "padding in front of a comment behind its data": (jpeg) =>
    concat(jpeg.subarray(0, -2), new Uint8Array(9), COMMENT, EOI),
  "no end": (jpeg) => jpeg.subarray(0, -2),
  "zeros instead of its end": (jpeg) => concat(jpeg.subarray(0, -2), new Uint8Array(64)),
  "two starts": (jpeg) => concat(SOI, jpeg),
  "bytes in front of it": (jpeg) => concat(Uint8Array.of(13, 10, 0xff), jpeg),
  "zeros behind its end": (jpeg) => concat(jpeg, new Uint8Array(1000)),
  "bytes behind its end": (jpeg) => concat(jpeg, Uint8Array.from({ length: 144 }, (_, at) => at)),
  "another picture behind it": (jpeg) => concat(jpeg, fixture("progressive")),
  "half a picture in front of it": (jpeg) => concat(jpeg.subarray(0, jpeg.length / 2), jpeg),
  "padding in front of each header": (jpeg) => {
    const parts: Uint8Array[] = [SOI];
    for (let at = 2; jpeg[at - 1] !== 0xda;) {
      const end = at + 2 + jpeg[at + 2]! * 256 + jpeg[at + 3]!;
      parts.push(new Uint8Array(5), jpeg.subarray(at, end));
      if (jpeg[at + 1] === 0xda) return concat(...parts, jpeg.subarray(end));
      at = end;
    }
    return concat(...parts);
  },
  "no Huffman tables, as in AVI": (jpeg) => withoutSegments(jpeg, 0xc4),
};

/** The JPEG with a note on how its camera was held (Exif), in one byte order or the other. */
export function withOrientation(jpeg: Uint8Array, orientation: number, little = false): Uint8Array {
  const tiff = new DataView(new ArrayBuffer(26));
  tiff.setUint16(0, little ? 0x4949 : 0x4d4d);
  tiff.setUint16(2, 42, little);
  tiff.setUint32(4, 8, little);
  tiff.setUint16(8, 1, little); // one entry: tag, type, count, value
  tiff.setUint16(10, 0x0112, little);
  tiff.setUint16(12, 3, little);
  tiff.setUint32(14, 1, little);
  tiff.setUint16(18, orientation, little);
  const content = concat(new TextEncoder().encode("Exif\0\0"), new Uint8Array(tiff.buffer));
  return concat(SOI, segment(0xe1, content), jpeg.subarray(2));
}
