/**
 * The number that stands in a JPEG of the test pattern.
 *
 * @module
 */

import { imdecodeAsync } from "../../lib/opencv/mod.ts";
import { frameNumberOf } from "./frame_number.ts";

/** Reads it; `undefined` where there is none. */
export async function numberInJpeg(jpeg: Uint8Array): Promise<number | undefined> {
  const picture = await imdecodeAsync(jpeg);
  try {
    return frameNumberOf(picture);
  } finally {
    picture.release();
  }
}
