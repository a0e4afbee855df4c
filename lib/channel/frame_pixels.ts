/**
 * The pixels of a picture, in whatever way its source gave it.
 *
 * @module
 */

import { JpegDecoder, Mat, yuvToBgr } from "../opencv/mod.ts";
import type { RawFrame } from "./frame_reader.ts";
import type { RenditionScale } from "./rendition.ts";

/** Makes BGR of raw frames and of JPEGs: once of each, however often it is asked. */
export class FramePixels implements AsyncDisposable {
  readonly #decoder = new JpegDecoder();
  readonly #bgr = new Mat();
  #frame: RawFrame | undefined;
  #scale: RenditionScale = 1;
  #pixels: Promise<Mat> | undefined;

  /**
   * The frame's pixels, to be looked at until the frame is released or the next one is asked for.
   *
   * @param scale what width and height are divided by: of a JPEG, for a fraction of the work; of
   * nothing else
   * @throws {CaptureVideoError} `damaged-jpeg`, when it is a JPEG that cannot be decoded
   */
  of(frame: RawFrame, scale: RenditionScale = 1): Promise<Mat> {
    if (this.#pixels && this.#frame === frame && this.#scale === scale) return this.#pixels;
    this.#frame = frame;
    this.#scale = scale;
    return this.#pixels = this.#make(frame, scale);
  }

  async #make({ mat, jpeg, pixelFormat }: RawFrame, scale: RenditionScale): Promise<Mat> {
    if (pixelFormat === "bgr") return mat;
    const bgr = this.#bgr;
    if (pixelFormat === "mjpg") await this.#decoder.decode(jpeg ?? mat.getData(), bgr, { scale });
    else yuvToBgr(mat, pixelFormat, bgr);
    return bgr;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#decoder.close();
    this.#bgr.release();
  }
}
