/**
 * The number that stands in a JPEG of the test pattern.
 *
 * @module
 */

import { imdecodeAsync } from "../../lib/opencv/mod.ts";
import { frameNumberOf, STRIP_ROWS } from "./frame_number.ts";

/** A baseline JPEG's frame header, and where in it the height stands. */
const SOF0 = { marker: 0xc0, heightAt: 5 };

/** Reads it; `undefined` where there is none. */
export async function numberInJpeg(jpeg: Uint8Array): Promise<number | undefined> {
  const picture = await imdecodeAsync(stripOf(jpeg));
  try {
    return frameNumberOf(picture);
  } finally {
    picture.release();
  }
}

/** The JPEG as if it ended below the number's strip: a decoder does a fiftieth of the work. */
export function stripOf(jpeg: Uint8Array): Uint8Array {
  const strip = jpeg.slice();
  const view = new DataView(strip.buffer);
  let at = 2;
  while (view.getUint8(at + 1) !== SOF0.marker) at += 2 + view.getUint16(at + 2);
  view.setUint16(at + SOF0.heightAt, STRIP_ROWS);
  return strip;
}
