/**
 * From the source's picture to the JPEGs that are sent.
 *
 * @module
 */

import { type JpegEncodeOptions, JpegEncoder, Mat, type YuvLayout } from "../opencv/mod.ts";
import { FRAME_PREFIX_BYTES } from "../protocol/messages.ts";
import { checkJpegBytes } from "../jpeg/limits.ts";
import { FrameBuffers } from "./frame_buffers.ts";
import { FramePixels } from "./frame_pixels.ts";
import type { RawFrame } from "./frame_reader.ts";
import { type Rendition, RENDITIONS, renditionSettings } from "./rendition.ts";

/** The JPEG of each rendition that was asked for, behind `FRAME_PREFIX_BYTES` of room. */
export type EncodedRenditions = Map<Rendition, Uint8Array<ArrayBuffer>>;

/**
 * Makes each wanted rendition once.
 *
 * - Passthrough: a source's own JPEG goes out as it is.
 * - Ownership: what it gives is the caller's, until it is given back to be used again.
 * - Threads: renditions of one picture are encoded side by side, off the JavaScript thread.
 */
export class PictureEncoder implements AsyncDisposable {
  /** How the full rendition is compressed, also by a source that does so itself. */
  readonly fullOptions: JpegEncodeOptions;
  /** The pixels that the smaller renditions are made of. */
  readonly pixels = new FramePixels();

  readonly #settings: ReturnType<typeof renditionSettings>;
  readonly #encoders = {
    full: new JpegEncoder(),
    light: new JpegEncoder(),
    small: new JpegEncoder(),
  };
  readonly #half = new Mat();
  readonly #buffers = new FrameBuffers();

  /** @param quality the JPEG quality of the full rendition, 0 to 100 */
  constructor(quality: number) {
    this.#settings = renditionSettings(quality);
    this.fullOptions = this.#options("full");
  }

  /**
   * Encodes one picture.
   *
   * @throws {CaptureVideoError} `damaged-jpeg`, when the source's own JPEG cannot be decoded where
   * that is needed, or when a JPEG is longer than a guest takes
   */
  async encode(frame: RawFrame, wanted: ReadonlySet<Rendition>): Promise<EncodedRenditions> {
    const names = RENDITIONS.filter((name) => wanted.has(name));
    const bgr = names.some((name) => name !== "full") ? await this.pixels.of(frame) : frame.mat;
    const messages = await Promise.all(
      names.map((name) => name === "full" ? this.#full(frame) : this.#lesser(name, bgr)),
    );
    for (const { length } of messages) checkJpegBytes(length - FRAME_PREFIX_BYTES);
    return new Map(names.map((name, index) => [name, messages[index]!]));
  }

  /** Takes back what {@linkcode encode} gave. */
  giveBack(message: Uint8Array<ArrayBuffer>): void {
    this.#buffers.give(message);
  }

  /** Frees the codecs and buffers. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(RENDITIONS.map((name) => this.#encoders[name].close()));
    await this.pixels[Symbol.asyncDispose]();
    this.#half.release();
  }

  #full({ mat, pixelFormat, compressed }: RawFrame): Promise<Uint8Array<ArrayBuffer>> {
    if (compressed) return Promise.resolve(compressed.jpeg);
    const options = this.fullOptions;
    switch (pixelFormat) {
      case "bgr":
        return this.#encoders.full.encode(mat, options);
      case "mjpg":
        return Promise.resolve(this.#passThrough(mat));
      default:
        return this.#encoders.full.encodeYuv(mat, { ...options, ...yuvSize(mat, pixelFormat) });
    }
  }

  /** The source's JPEG as it is, with room for a header in front. */
  #passThrough(jpeg: Mat): Uint8Array<ArrayBuffer> {
    const message = this.#buffers.take(FRAME_PREFIX_BYTES + jpeg.byteLength);
    jpeg.getData(message.subarray(FRAME_PREFIX_BYTES));
    return message;
  }

  #lesser(name: Exclude<Rendition, "full">, bgr: Mat): Promise<Uint8Array<ArrayBuffer>> {
    const { scale } = this.#settings[name];
    const options = this.#options(name);
    if (scale === 1) return this.#encoders[name].encode(bgr, options);
    bgr.resizeTo(this.#half, Math.max(1, bgr.rows / scale | 0), Math.max(1, bgr.cols / scale | 0));
    return this.#encoders[name].encode(this.#half, options);
  }

  #options(name: Rendition): JpegEncodeOptions {
    return {
      quality: this.#settings[name].quality,
      reserveBytes: FRAME_PREFIX_BYTES,
      allocate: (bytes) => this.#buffers.take(bytes),
    };
  }
}

/** The size of the picture in a Mat that holds it raw. */
function yuvSize(mat: Mat, layout: YuvLayout) {
  return { layout, width: mat.cols, height: layout === "yuyv" ? mat.rows : mat.rows * 2 / 3 };
}
