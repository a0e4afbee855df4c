/**
 * JPEG to pictures, off the JavaScript thread or on it.
 *
 * @example
 * ```ts ignore
 * import { JpegDecoder } from "./jpeg_decoder.ts";
 * import { Mat } from "./mat.ts";
 *
 * using picture = new Mat();
 * await using decoder = new JpegDecoder();
 * await decoder.decode(await Deno.readFile("picture.jpg"), picture);
 * ```
 * @module
 */

import { MAX_JPEG_BYTES, MAX_PICTURE_PIXELS } from "../jpeg/limits.ts";
import { findJpeg } from "../jpeg/picture.ts";
import { Turns } from "../flow/turns.ts";
import { core, created, failure, keeping } from "./ffi.ts";
import type { Mat } from "./mat.ts";
import { NativeOwner } from "./native_handle.ts";

/** How to decode. */
export interface JpegDecodeOptions {
  /** 2 gives half the width and height, and so on, at a fraction of the work. Default 1. */
  readonly scale?: 1 | 2 | 4 | 8;
}

/**
 * Decodes into a Mat that is reused, as BGR.
 *
 * - A picture is what nine tenths of its rows can be decoded of, whatever the library warns of:
 *   padding, a missing end, bytes around it. Everything else is an error, though the Mat may hold
 *   parts of a picture by then.
 * - It comes upright, as the camera noted in it (Exif).
 * - The native handle is made on first use and kept between calls.
 * - Calls on one decoder happen one after the other; take several for several threads.
 * - The bytes must not be changed or transferred before the promise settles.
 */
export class JpegDecoder extends NativeOwner {
  readonly #turns = new Turns();

  constructor() {
    const make = () => created("make a JPEG decoder", core().jpeg_decoder_create);
    const free = (made: Deno.PointerObject) => core().jpeg_decoder_release(made);
    super(make, "the JPEG decoder", free);
  }

  /**
   * Decodes `jpeg` into `into`.
   *
   * @throws {CaptureVideoError} `damaged-jpeg`, with the codec's words: cut off, corrupt, no JPEG
   * at all, or of more than 64 million pixels
   */
  async decode(jpeg: Uint8Array, into: Mat, { scale = 1 }: JpegDecodeOptions = {}): Promise<void> {
    const error = this.error;
    await into.native.whileWriting((picture) =>
      this.#turns.take(() =>
        this.native.whileReading(async (decoder) => {
          for (const bytes of picturesIn(jpeg)) {
            const status = await keeping(
              core().jpeg_decoder_decode(error, decoder, bytes, bytes.length, picture, scale),
              bytes,
            );
            if (status >= 0) return;
          }
          throw failure("damaged-jpeg", "decode a JPEG", error);
        })
      )
    );
  }

  /**
   * The same, on this thread: for one that has nothing else to do meanwhile. The way to another
   * thread and back costs a tenth of a decode.
   *
   * @throws {CaptureVideoError} as {@linkcode decode} does
   * @throws {Deno.errors.Busy} a call off this thread is using the decoder or the Mat
   */
  decodeSync(jpeg: Uint8Array, into: Mat, { scale = 1 }: JpegDecodeOptions = {}): void {
    const error = this.error;
    const calls = core();
    const decoder = this.native.forWriting();
    const picture = into.native.forWriting();
    for (const bytes of picturesIn(jpeg)) {
      const status = calls
        .jpeg_decoder_decode_sync(error, decoder, bytes, bytes.length, picture, scale);
      if (status >= 0) return;
    }
    throw failure("damaged-jpeg", "decode a JPEG", error);
  }
}

/** What the picture may be: all bytes, and then the JPEG that stands among them. */
function* picturesIn(jpeg: Uint8Array): Generator<Uint8Array<ArrayBuffer>, void> {
  yield jpeg as Uint8Array<ArrayBuffer>;
  const part = findJpeg(jpeg)?.jpeg;
  if (part && part.length < jpeg.length) yield part as Uint8Array<ArrayBuffer>;
}

/**
 * Whether the bytes in a Mat are one JPEG that lacks nothing, has nothing around it, and is no larger
 * than guests take. Of what is unusual it says no: that is to be looked at by `findJpeg()`.
 */
export function isPlainJpeg(mat: Mat): boolean {
  return mat.byteLength <= MAX_JPEG_BYTES &&
    core().jpeg_is_plain(mat.native.forReading(), MAX_PICTURE_PIXELS) === 1;
}
