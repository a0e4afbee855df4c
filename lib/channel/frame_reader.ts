/**
 * One source that is open, read picture by picture.
 *
 * @module
 */

import {
  cannotRead,
  type CapturedPicture,
  type FrameSource,
  type PixelFormat,
  type SourceInfo,
} from "../camera/source.ts";
import { CaptureVideoError } from "../flow/errors.ts";
import { type DeadlineOptions, Deadlines } from "../flow/timing.ts";
import { checkPixels } from "../jpeg/limits.ts";
import { JpegEncoder, type Mat, MatPool } from "../opencv/mod.ts";
import type { Demand } from "./demand.ts";

/**
 * How much of the time between two pictures may go to compressing in the call that captures. Beyond
 * that the camera would fill its buffers meanwhile, and the next picture would be an old one.
 */
const MOST_OF_INTERVAL = 0.5;

/** The mean that is compared with it is taken over about so many pictures. */
const SMOOTHED_OVER = 10;

/** A picture as it came from the source, lent to one reader. */
export interface RawFrame extends CapturedPicture {
  /** The picture, or the source's JPEG as one row unless `jpeg` has it: `pixelFormat` tells. */
  readonly mat: Mat;
  readonly pixelFormat: PixelFormat;
  /** Gives the Mat back to the camera; to be called once. */
  release(): void;
}

/** Options of a {@linkcode FrameReader}. */
export interface FrameReaderOptions {
  /** Asked before each picture: how it is to be compressed in the call that captures it, if so. */
  demand?: Pick<Demand, "compression"> | undefined;
  /** How long a picture may take before the camera counts as lost, in milliseconds. */
  deviceTimeoutMs: number;
}

/**
 * Gives one frame after another, each in a Mat that goes round, and waits for none too long. Has the
 * source compress in the call that captures, one way to other threads less, where that is wanted and
 * quick enough.
 *
 * - Ownership: the source is its own from then on.
 */
export class FrameReader {
  readonly #source: FrameSource;
  readonly #options: FrameReaderOptions;
  readonly #encoder = new JpegEncoder();
  readonly #mats = new MatPool();
  /** How long a picture may take: the source may come to know better. */
  readonly #deadline: DeadlineOptions;
  readonly #deadlines: Deadlines;
  /** The Mat of the read under way: nobody else may have it before that has ended. */
  #reading: Mat | undefined;
  #hangs = false;
  #meanMs = 0;

  constructor(source: FrameSource, options: FrameReaderOptions) {
    this.#source = source;
    this.#options = options;
    this.#deadline = { ms: options.deviceTimeoutMs, error: () => this.#hang() };
    this.#deadlines = new Deadlines(this.#deadline);
  }

  /** What the source gives, where that is credible: drivers and films say anything. */
  get info(): SourceInfo {
    const { width, height, fps, ...others } = this.#source.info;
    const side = (pixels: number) => pixels >= 0 && pixels <= 0xffff ? Math.trunc(pixels) : 0;
    return {
      ...others,
      width: side(width),
      height: side(height),
      fps: fps >= 0 && fps < Infinity ? fps : 0,
    };
  }

  get patienceMs(): number {
    return this.#deadline.ms;
  }

  /** Whether a read has not come back in time. */
  get hangs(): boolean {
    return this.#hangs;
  }

  /**
   * Waits for the next frame; `undefined` at the end of a file.
   *
   * @throws {CaptureVideoError} `damaged-jpeg`, also when it is larger than guests take: the next one
   * may be whole; `camera-lost`
   */
  async next(): Promise<RawFrame | undefined> {
    const mat = this.#reading = this.#mats.take();
    this.#deadline.ms = Math.max(this.#options.deviceTimeoutMs, this.#source.patienceMs ?? 0);
    try {
      const picture = await this.#deadlines.guard(this.#read(mat));
      if (!picture) return undefined;
      this.#reading = undefined;
      const release = () => this.#mats.give(mat);
      return { ...picture, mat, pixelFormat: this.#source.pixelFormat, release };
    } catch (error) {
      if (isDamage(error)) {
        this.#reading = undefined;
        this.#mats.give(mat);
      }
      throw error;
    }
  }

  /** Closes the source behind the read under way, which may hang for as long as its driver does. */
  async close(): Promise<void> {
    this.#deadlines[Symbol.dispose]();
    try {
      await Promise.all([this.#source.close(), this.#encoder.close()]);
    } finally {
      if (this.#reading) this.#mats.give(this.#reading);
      this.#mats.close();
    }
  }

  async #read(into: Mat): Promise<CapturedPicture | undefined> {
    const source = this.#source;
    if (source.readJpeg) return await source.readJpeg();
    const { pixelFormat, info } = source;
    const isQuick = this.#meanMs * info.fps <= MOST_OF_INTERVAL * 1000;
    const mayCompress = pixelFormat !== "mjpg" && isQuick;
    const options = mayCompress ? this.#options.demand?.compression : undefined;
    let picture: CapturedPicture | undefined;
    if (options && source.readCompressed) {
      picture = await source.readCompressed(into, this.#encoder, options);
      const tookMs = picture?.compressed?.tookMs ?? 0;
      this.#meanMs += (tookMs - this.#meanMs) / SMOOTHED_OVER;
    } else {
      const capturedAtMicros = await source.read(into);
      picture = capturedAtMicros === undefined ? undefined : { capturedAtMicros };
    }
    // What is not BGR has the size that its source states, and a JPEG was looked at.
    if (picture && pixelFormat !== "mjpg") {
      checkPixels(pixelFormat === "bgr" ? { width: into.cols, height: into.rows } : info);
    }
    return picture;
  }

  #hang(): CaptureVideoError {
    this.#hangs = true;
    const seconds = Math.round(this.patienceMs / 100) / 10;
    return cannotRead(this.#source.info.description, `no picture for ${seconds} s`);
  }
}

/** Whether an error costs one picture alone. */
export function isDamage(error: unknown): error is CaptureVideoError {
  return error instanceof CaptureVideoError && error.code === "damaged-jpeg";
}
