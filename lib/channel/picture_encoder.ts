/**
 * From the source's picture to the JPEGs that are sent.
 *
 * @module
 */

import { type JpegEncodeOptions, JpegEncoder, Mat, type YuvLayout } from "../opencv/mod.ts";
import { FRAME_PREFIX_BYTES } from "../protocol/messages.ts";
import { checkJpegBytes } from "../jpeg/limits.ts";
import { EncodedFrame } from "./encoded_frame.ts";
import { FrameBuffers } from "./frame_buffers.ts";
import { FramePixels } from "./frame_pixels.ts";
import type { RawFrame } from "./frame_reader.ts";
import { type Rendition, RENDITIONS, type RenditionScale, renditionSettings } from "./rendition.ts";

/** A JPEG behind `FRAME_PREFIX_BYTES` of room. */
type Encoding = Uint8Array<ArrayBuffer>;

/**
 * Makes each wanted rendition once.
 *
 * - Passthrough: a source's own JPEG goes out as it is.
 * - Ownership: what it gives is the caller's; the memory of what is released is used again.
 * - Threads: renditions of one picture are encoded side by side, off the JavaScript thread.
 */
export class PictureEncoder implements AsyncDisposable {
  /** The pixels that the smaller renditions are made of. */
  readonly pixels = new FramePixels();

  #quality: number | null;
  #settings: ReturnType<typeof renditionSettings>;
  #fullOptions: JpegEncodeOptions;
  #isUntouched = false;
  readonly #encoders = ofEach(() => new JpegEncoder());
  /** The smaller pictures, until they are compressed. */
  readonly #scaled = ofEach(() => new Mat());
  readonly #buffers = new FrameBuffers();

  /**
   * @param quality the JPEG quality of the full rendition, 0 to 100; `null` where nothing is to be
   * compressed: all pictures are JPEGs, and wanted as they are
   */
  constructor(quality: number | null) {
    this.#quality = quality;
    this.#settings = renditionSettings(quality ?? 0);
    this.#fullOptions = this.#options("full");
  }

  /** The JPEG quality of the full rendition, 0 to 100; the others have theirs by it. */
  get quality(): number | null {
    return this.#quality;
  }

  set quality(quality: number) {
    this.#quality = quality;
    this.#settings = renditionSettings(quality);
    this.#fullOptions = this.#options("full");
  }

  /** How the full rendition is compressed now, also by a source that does so itself. */
  get fullOptions(): JpegEncodeOptions {
    return this.#fullOptions;
  }

  /** Whether the last full picture was the source's own JPEG, which has a quality already. */
  get isUntouched(): boolean {
    return this.#isUntouched;
  }

  /**
   * Makes frames of one picture, one of each of the renditions, held by the caller.
   *
   * @throws {CaptureVideoError} `damaged-jpeg`, when the source's own JPEG cannot be decoded where
   * that is needed, or when a JPEG is longer than a guest takes
   */
  async encode(
    raw: RawFrame,
    { sequence, renditions, isShown = false }: {
      sequence: number;
      renditions: readonly Rendition[];
      /** Whether all of its pixels are needed besides. */
      isShown?: boolean;
    },
  ): Promise<EncodedFrame[]> {
    const { capturedAtMicros } = raw;
    // A JPEG is decoded no larger than for the largest of them.
    const scale = raw.pixelFormat === "mjpg" && !isShown ? this.#scaleOf(renditions) : 1;
    return await Promise.all(renditions.map(async (rendition) => {
      const message = await (rendition === "full"
        ? this.#full(raw)
        : this.#lesser(rendition, await this.pixels.of(raw, scale), scale));
      checkJpegBytes(message.length - FRAME_PREFIX_BYTES);
      const facts = { sequence, capturedAtMicros, rendition };
      return new EncodedFrame(message, facts, () =>
        this.#buffers.give(message));
    }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(RENDITIONS.map((name) => this.#encoders[name].close()));
    await this.pixels[Symbol.asyncDispose]();
    for (const name of RENDITIONS) this.#scaled[name].release();
  }

  #full({ mat, jpeg, pixelFormat, compressed }: RawFrame): Encoding | Promise<Encoding> {
    this.#isUntouched = pixelFormat === "mjpg";
    if (compressed) return compressed.jpeg;
    const options = this.fullOptions;
    switch (pixelFormat) {
      case "bgr":
        return this.#encoders.full.encode(mat, options);
      case "mjpg":
        return this.#passThrough(jpeg ?? mat);
      default:
        return this.#encoders.full.encode(mat, { ...options, ...yuvSize(mat, pixelFormat) });
    }
  }

  /** The source's JPEG as it is, with room for a header in front. */
  #passThrough(jpeg: Mat | Uint8Array): Encoding {
    const message = this.#buffers.take(FRAME_PREFIX_BYTES + jpeg.byteLength);
    const place = message.subarray(FRAME_PREFIX_BYTES);
    if (jpeg instanceof Mat) jpeg.getData(place);
    else place.set(jpeg);
    return message;
  }

  /** What width and height are divided by in the largest of the lesser renditions. */
  #scaleOf(renditions: readonly Rendition[]): RenditionScale {
    const lesser = renditions.filter((name) => name !== "full");
    return Math.min(4, ...lesser.map((name) => this.#settings[name].scale)) as RenditionScale;
  }

  /** @param scale what width and height of the pixels were divided by already */
  async #lesser(name: Rendition, bgr: Mat, scale: RenditionScale): Promise<Encoding> {
    const rest = this.#settings[name].scale / scale;
    const options = this.#options(name);
    if (rest === 1) return await this.#encoders[name].encode(bgr, options);
    const scaled = this.#scaled[name];
    bgr.resizeTo(scaled, Math.max(1, bgr.rows / rest | 0), Math.max(1, bgr.cols / rest | 0));
    return await this.#encoders[name].encode(scaled, options);
  }

  #options(name: Rendition): JpegEncodeOptions {
    return {
      quality: this.#settings[name].quality,
      reserveBytes: FRAME_PREFIX_BYTES,
      allocate: (bytes) => this.#buffers.take(bytes),
    };
  }
}

function ofEach<T>(make: () => T): Record<Rendition, T> {
  return Object.fromEntries(RENDITIONS.map((name) => [name, make()])) as Record<Rendition, T>;
}

/** The size of the picture in a Mat that holds it raw. */
function yuvSize(mat: Mat, layout: YuvLayout) {
  return { layout, width: mat.cols, height: layout === "yuyv" ? mat.rows : mat.rows * 2 / 3 };
}
