/**
 * A picture that moves and carries its number, drawn without a camera.
 *
 * @module
 */

import { core, created, failure } from "./ffi.ts";
import { checkedJpegOptions, type JpegEncodeOptions, type JpegEncoder } from "./jpeg_encoder.ts";
import type { Mat } from "./mat.ts";
import { NativeOwner } from "./native_handle.ts";

/**
 * Frames of a test pattern, each at its time, drawn off the JavaScript thread.
 *
 * - Frame n belongs to n / fps seconds after the zero of `monotonicMicros()`. Its top 16 rows carry n
 *   modulo 2^32 as 40 cells, white for 1 and black for 0: 32 bits, most significant first, then their
 *   CRC-8 (polynomial 0x07, initial value 0).
 * - A Mat gets a frame by sharing its memory, in the layout `yuvj420p`. What is drawn on it is not
 *   taken off when the memory is used again.
 * - One read at a time; {@linkcode close} waits for the read in flight.
 */
export class TestPattern extends NativeOwner {
  readonly #capturedAt = new Float64Array(1);

  /** Width and height are in pixels, and even; `fps` is frames a second. */
  constructor(width: number, height: number, fps: number) {
    const { test_pattern_create, test_pattern_release } = core();
    const pointer = created("draw a test pattern", test_pattern_create, width, height, fps);
    super(pointer, "the test pattern", test_pattern_release);
  }

  /**
   * Draws the next frame ahead, and waits for its time.
   *
   * @returns that time, in microseconds of `monotonicMicros()`
   */
  read(into: Mat): Promise<number> {
    return into.native.whileWriting((mat) =>
      this.native.whileWriting(async (pattern) => {
        const error = this.error;
        const status = await core().test_pattern_read(error, pattern, mat, this.#capturedAt);
        if (status < 0) throw failure("opencv", "draw a test pattern", error);
        return this.#capturedAt[0]!;
      })
    );
  }

  /**
   * Reads the next frame as {@linkcode read} does, and compresses it in the same call.
   *
   * @returns the JPEG as the encoder gives it, and the frame's time
   * @throws {RangeError} a quality outside 0 to 100
   */
  async readCompressed(
    into: Mat,
    encoder: JpegEncoder,
    options: JpegEncodeOptions,
  ): Promise<{ jpeg: Uint8Array<ArrayBuffer>; capturedAtMicros: number }> {
    const { quality } = checkedJpegOptions(options);
    return await into.native.whileWriting((mat) =>
      this.native.whileWriting((pattern) =>
        encoder.lend(options, async (compressor, take) => {
          const error = this.error;
          const capturedAt = this.#capturedAt;
          const length = await core()
            .test_pattern_read_compressed(error, pattern, mat, compressor, quality, capturedAt);
          if (length < 0) throw failure("opencv", "draw and compress a test pattern", error);
          return { jpeg: take(length), capturedAtMicros: capturedAt[0]! };
        })
      )
    );
  }
}
