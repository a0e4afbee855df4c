/**
 * A look at a whole JPEG without a copy of it.
 *
 * @module
 */

import { MAX_JPEG_BYTES, MAX_PICTURE_PIXELS } from "../jpeg/limits.ts";
import { core } from "./ffi.ts";
import type { Mat } from "./mat.ts";

/**
 * Whether the bytes in a Mat are one JPEG that lacks nothing, has nothing around it, and is no larger
 * than guests take. Of what is unusual it says no: that is to be looked at by `findJpeg()`.
 */
export function isPlainJpeg(mat: Mat): boolean {
  return mat.byteLength <= MAX_JPEG_BYTES &&
    core().jpeg_is_plain(mat.native.forReading(), MAX_PICTURE_PIXELS) === 1;
}
