/**
 * Pictures to JPEG, off the JavaScript thread.
 *
 * @example
 * ```ts ignore
 * import { JpegEncoder } from "./jpeg_encoder.ts";
 * import { Mat } from "./mat.ts";
 *
 * using picture = new Mat(720, 1280);
 * await using encoder = new JpegEncoder();
 * const jpeg = await encoder.encode(picture, { quality: 80 });
 * ```
 * @module
 */

import { Turns } from "../flow/turns.ts";
import { core, created, failure } from "./ffi.ts";
import type { Mat } from "./mat.ts";
import { NativeOwner } from "./native_handle.ts";
import { layoutNumber, type YuvLayout } from "./yuv.ts";

/** How to compress. */
export interface JpegEncodeOptions {
  /** 0, small, to 100, faithful. */
  readonly quality: number;
  /** Bytes left free in front of the JPEG, so that a message needs no second buffer. Default 0. */
  readonly reserveBytes?: number;
  /** Where to put it, of any content before; fresh memory by default. */
  readonly allocate?: (bytes: number) => Uint8Array<ArrayBuffer>;
}

/** How to compress a raw frame, whose width and height are even, in pixels. */
export interface YuvEncodeOptions extends JpegEncodeOptions {
  /** How the bytes lie in the Mat, whatever shape that has. */
  readonly layout: YuvLayout;
  readonly width: number;
  readonly height: number;
}

/**
 * Compresses with 4:2:0 chroma.
 *
 * - Calls on one encoder happen one after the other; take several for several threads.
 * - The native handle and its output buffer are made on first use and kept between calls.
 * - The picture may be drawn on again as soon as the promise settles.
 */
export class JpegEncoder extends NativeOwner {
  readonly #turns = new Turns();

  constructor() {
    const make = () => created("make a JPEG encoder", core().jpeg_encoder_create);
    const free = (made: Deno.PointerObject) => core().jpeg_encoder_release(made);
    super(make, "the JPEG encoder", free);
  }

  /**
   * Compresses a BGR, BGRA or grey picture, or, without the way over BGR, a raw frame.
   *
   * @param options a `layout` in them says that the Mat holds a raw frame of that size
   * @returns the reserved bytes, zero in fresh memory, then the JPEG
   * @throws {RangeError} a quality outside 0 to 100, or an odd or absurd size
   * @throws {CaptureVideoError} `opencv`: an empty Mat, or one that is no 8-bit picture, or has fewer
   * bytes than such a frame
   */
  async encode(
    mat: Mat,
    options: JpegEncodeOptions | YuvEncodeOptions,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const { layout, width, height, quality } = checkedJpegOptions(options);
    const error = this.error;
    return await mat.native.whileReading((picture) =>
      this.lend(options, async (encoder, take) => {
        const length = await core()
          .jpeg_encoder_encode(error, encoder, picture, layout, width, height, quality);
        if (length < 0) throw failure("opencv", "compress a picture", error);
        return take(length);
      })
    );
  }

  /**
   * Lends the native encoder, until `use` has settled, to a call that compresses among other things.
   *
   * @param use gets the encoder, and what takes the JPEG of that length out of it
   */
  lend<T>(
    { reserveBytes = 0, allocate = freshBytes }: JpegEncodeOptions,
    use: (
      encoder: Deno.PointerObject,
      take: (length: number) => Uint8Array<ArrayBuffer>,
    ) => Promise<T>,
  ): Promise<T> {
    return this.#turns.take(() =>
      this.native.whileReading((encoder) =>
        use(encoder, (length) => {
          const bytes = allocate(reserveBytes + length);
          core().jpeg_encoder_take(encoder, bytes.subarray(reserveBytes), length);
          return bytes;
        })
      )
    );
  }
}

/**
 * The options as the native calls take them; a layout of -1 stands for BGR.
 *
 * @throws {RangeError} a quality outside 0 to 100, or an odd or absurd size
 */
export function checkedJpegOptions(
  options: JpegEncodeOptions | YuvEncodeOptions,
): { quality: number; layout: number; width: number; height: number } {
  const { quality } = options;
  if (!Number.isInteger(quality) || quality < 0 || quality > 100) {
    throw new RangeError(`Cannot compress with quality ${quality}: it goes from 0 to 100`);
  }
  if (!("layout" in options)) return { quality, layout: -1, width: 0, height: 0 };
  const { width, height } = options;
  for (const size of [width, height]) {
    if (!Number.isInteger(size) || size < 2 || size > 65_500 || size % 2 !== 0) {
      throw new RangeError(
        `Cannot compress a frame of ${width}x${height}: width and height must be even`,
      );
    }
  }
  return { quality, layout: layoutNumber(options.layout), width, height };
}

function freshBytes(bytes: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
