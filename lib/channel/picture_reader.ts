/**
 * Reads a source in as few ways to other threads as can be.
 *
 * @module
 */

import { JpegEncoder, type Mat } from "../opencv/mod.ts";
import { checkPixels } from "../jpeg/limits.ts";
import type { CapturedPicture, FrameSource } from "../camera/source.ts";
import type { Demand } from "./demand.ts";

/**
 * How much of the time between two pictures may go to compressing in the call that captures. Beyond
 * that the camera would fill its buffers meanwhile, and the next picture would be an old one.
 */
const MOST_OF_INTERVAL = 0.5;

/** The mean that is compared with it is taken over about so many pictures. */
const SMOOTHED_OVER = 10;

/**
 * Has the source compress in the call that captures, where that is wanted and quick enough.
 *
 * - Ownership: the source is its own from then on.
 */
export class PictureReader {
  readonly #source: FrameSource;
  readonly #demand: Pick<Demand, "compression"> | undefined;
  readonly #encoder = new JpegEncoder();
  #meanMs = 0;

  /**
   * @param source what is read; open
   * @param demand asked before each picture: how it is to be compressed, if it is
   */
  constructor(source: FrameSource, demand?: Pick<Demand, "compression">) {
    this.#source = source;
    this.#demand = demand;
  }

  /**
   * Reads the next picture, as {@linkcode FrameSource.read} does.
   *
   * @throws {CaptureVideoError} `damaged-jpeg`: it is larger than guests take
   */
  async read(into: Mat): Promise<CapturedPicture | undefined> {
    const source = this.#source;
    const mayCompress = source.pixelFormat !== "mjpg" && !this.#isTooSlow();
    const options = mayCompress ? this.#demand?.compression : undefined;
    if (!options || !source.readCompressed) {
      const capturedAtMicros = await source.read(into);
      if (capturedAtMicros === undefined) return undefined;
      this.#checkSize(into);
      return { capturedAtMicros };
    }
    const picture = await source.readCompressed(into, this.#encoder, options);
    if (picture) this.#checkSize(into);
    const tookMs = picture?.compressed?.tookMs ?? 0;
    this.#meanMs += (tookMs - this.#meanMs) / SMOOTHED_OVER;
    return picture;
  }

  /** Closes the source, after the read under way. */
  async close(): Promise<void> {
    await Promise.all([this.#source.close(), this.#encoder.close()]);
  }

  /** What is not BGR has the size that its source tells, or has been looked at. */
  #checkSize(picture: Mat): void {
    const { pixelFormat, info } = this.#source;
    if (pixelFormat === "bgr") checkPixels({ width: picture.cols, height: picture.rows });
    else if (pixelFormat !== "mjpg") checkPixels(info);
  }

  #isTooSlow(): boolean {
    return this.#meanMs * this.#source.info.fps > MOST_OF_INTERVAL * 1000;
  }
}
