/**
 * Picture files by OpenCV's own codecs: PNG, WebP and what else it was built with.
 *
 * For JPEGs, {@linkcode JpegDecoder} is the quick way.
 *
 * @module
 */

import { capture, errorText, failure, keeping } from "./ffi.ts";
import { Mat } from "./mat.ts";

/**
 * Decodes a picture of any format OpenCV knows, off the JavaScript thread, into a Mat of the
 * caller's.
 *
 * @throws {CaptureVideoError} `opencv`: the bytes are no picture
 */
export async function imdecodeAsync(bytes: Uint8Array): Promise<Mat> {
  const input = bytes as Uint8Array<ArrayBuffer>;
  const error = errorText();
  const mat = new Mat();
  const status = await mat.native.whileWriting((picture) =>
    keeping(capture().image_decode(error, input, input.length, picture), input)
  );
  if (status >= 0) return mat;
  mat.release();
  throw failure("opencv", "decode a picture", error);
}
