/**
 * What a guest takes at most, so that a host can refuse it first.
 *
 * @module
 */
import { CaptureVideoError } from "../flow/errors.ts";
import type { PictureSize } from "./markers.ts";

/** The largest picture, in pixels; jpeg_decoder.cpp has the same number. */
export const MAX_PICTURE_PIXELS = 64 * 1024 * 1024;

/** The longest JPEG, in bytes: with the 12 bytes in front of it, a FRAME of 16 MiB. */
export const MAX_JPEG_BYTES = 16 * 1024 * 1024 - 12;

/**
 * Refuses a size that no guest would decode.
 *
 * @throws {CaptureVideoError} `damaged-jpeg`
 */
export function checkPixels({ width, height }: PictureSize): void {
  if (width * height <= MAX_PICTURE_PIXELS) return;
  throw tooLarge(`${width}x${height} pixels`, `${MAX_PICTURE_PIXELS} pixels`);
}

/**
 * Refuses a length that no FRAME can hold.
 *
 * @throws {CaptureVideoError} `damaged-jpeg`
 */
export function checkJpegBytes(bytes: number): void {
  if (bytes <= MAX_JPEG_BYTES) return;
  throw tooLarge(`${bytes} bytes of JPEG`, `${MAX_JPEG_BYTES} bytes`);
}

function tooLarge(size: string, most: string): CaptureVideoError {
  return new CaptureVideoError(
    "damaged-jpeg",
    `Cannot send a picture of ${size}: guests take up to ${most}; choose a smaller size`,
  );
}
