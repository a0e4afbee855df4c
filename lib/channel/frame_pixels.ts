/**
 * The pixels of a picture, in whatever way its source gave it.
 *
 * @module
 */

import { JpegDecoder, Mat, yuvToBgr } from "../opencv/mod.ts";
import type { RawFrame } from "./frame_reader.ts";

/** Makes BGR of raw frames and of JPEGs: once of each, however often it is asked. */
export class FramePixels implements AsyncDisposable {
  readonly #decoder = new JpegDecoder();
  readonly #bgr = new Mat();
  #made: RawFrame | undefined;

  /**
   * The frame's pixels, to be looked at until the frame is released or the next one is asked for.
   *
   * @throws {CaptureVideoError} `damaged-jpeg`, when it is a JPEG that cannot be decoded
   */
  async of(frame: RawFrame): Promise<Mat> {
    const { mat, pixelFormat } = frame;
    if (pixelFormat === "bgr") return mat;
    if (this.#made === frame) return this.#bgr;
    this.#made = undefined;
    if (pixelFormat === "mjpg") await this.#decoder.decode(mat.getData(), this.#bgr);
    else yuvToBgr(mat, pixelFormat, this.#bgr);
    this.#made = frame;
    return this.#bgr;
  }

  /** Frees the decoder and the picture. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#decoder.close();
    this.#bgr.release();
  }
}
