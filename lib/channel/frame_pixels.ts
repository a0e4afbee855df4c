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
  #frame: RawFrame | undefined;
  #pixels: Promise<Mat> | undefined;

  /**
   * The frame's pixels, to be looked at until the frame is released or the next one is asked for.
   *
   * @throws {CaptureVideoError} `damaged-jpeg`, when it is a JPEG that cannot be decoded
   */
  of(frame: RawFrame): Promise<Mat> {
    if (this.#pixels && this.#frame === frame) return this.#pixels;
    this.#frame = frame;
    return this.#pixels = this.#make(frame);
  }

  async #make({ mat, jpeg, pixelFormat }: RawFrame): Promise<Mat> {
    if (pixelFormat === "bgr") return mat;
    if (pixelFormat === "mjpg") await this.#decoder.decode(jpeg ?? mat.getData(), this.#bgr);
    else yuvToBgr(mat, pixelFormat, this.#bgr);
    return this.#bgr;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#decoder.close();
    this.#bgr.release();
  }
}
