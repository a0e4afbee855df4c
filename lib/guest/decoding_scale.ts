/**
 * How much of a JPEG has to be decoded for the room in which it is shown.
 *
 * @module
 */

import { CaptureVideoError } from "../flow/errors.ts";
import { jpegSize, type PictureSize } from "../jpeg/markers.ts";

/** By what a decoder can divide width and height, for a fraction of the work. */
const SCALES = [8, 4, 2] as const;

/**
 * The largest of them with which the picture still fills the room that it is fitted into, whichever
 * way up it comes out; 1 without a room.
 */
export function decodingScale(jpeg: Uint8Array, room: PictureSize | undefined): 1 | 2 | 4 | 8 {
  if (!room) return 1;
  const { width, height } = sizeOf(jpeg);
  const shown = Math.max(
    fitted({ width, height }, room),
    fitted({ width: height, height: width }, room),
  );
  return SCALES.find((scale) => shown <= 1 / scale) ?? 1;
}

function fitted({ width, height }: PictureSize, room: PictureSize): number {
  return Math.min(room.width / width, room.height / height);
}

/** What says no size is decoded as a whole, to be found damaged. */
function sizeOf(jpeg: Uint8Array): PictureSize {
  try {
    return jpegSize(jpeg);
  } catch (error) {
    if (!(error instanceof CaptureVideoError)) throw error;
    return { width: 1, height: 1 };
  }
}
