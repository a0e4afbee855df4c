/**
 * The picture in bytes that are believed to hold one: a camera's frame, a part of an HTTP stream.
 *
 * @module
 */
import { JpegScanner } from "./scanner.ts";
import { Marker } from "./structure.ts";

/** A picture among other bytes. */
export interface FoundJpeg {
  /** From SOI to EOI, a view into the bytes it was found in. */
  readonly jpeg: Uint8Array;
  /** Whether EOI is there; without it only a decoder can tell a whole picture from one cut short. */
  readonly hasEnd: boolean;
}

/**
 * The first picture that has its end, cut out of what stands in front of it and behind it. Where
 * none has, the first that came as far as its scan, up to the next one or the end of the bytes.
 *
 * @returns `undefined` where there is none at all
 */
export function findJpeg(bytes: Uint8Array): FoundJpeg | undefined {
  const scanner = new JpegScanner();
  let first: FoundJpeg | undefined;
  do {
    for (let found = scanner.next(bytes); found; found = scanner.next(bytes)) {
      const jpeg = bytes.subarray(found.start, found.end);
      if (found.hasEnd) return { jpeg, hasEnd: true };
      first ??= { jpeg, hasEnd: false };
    }
  } while (scanner.lookAgain(bytes));
  if (first || !scanner.inScan) return first;
  return { jpeg: bytes.subarray(scanner.start), hasEnd: false };
}

/** A copy of the picture with EOI behind it. */
export function withEnd(jpeg: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(jpeg.length + 2);
  whole.set(jpeg);
  whole.set([0xff, Marker.EOI], jpeg.length);
  return whole;
}
