/**
 * The test source: a moving picture that tells which frame it is and when it was captured.
 *
 * @module
 */

import {
  type JpegEncodeOptions,
  type JpegEncoder,
  type Mat,
  monotonicMicros,
  TestPattern,
} from "../opencv/mod.ts";
import {
  type CapturedPicture,
  ClosableSource,
  type FrameSource,
  type SourceInfo,
  type SourceOptions,
} from "./source.ts";

/**
 * A camera that films a clock.
 *
 * - Time: frame n is captured n / fps seconds after the zero of the machine's monotonic clock, so
 *   that any program on this machine can tell a picture's age from its pixels alone.
 * - Loss: a frame whose time passed while nobody was reading is never drawn; its number is missing.
 */
export class PatternSource extends ClosableSource implements FrameSource {
  readonly info: SourceInfo;
  readonly pixelFormat = "yuvj420p";
  readonly #pattern: TestPattern;

  /** @param options size in pixels, made even as a camera's is, and frames a second */
  constructor({ width, height, fps }: SourceOptions) {
    super();
    const size = { width: width - width % 2, height: height - height % 2 };
    this.info = { description: "test pattern", format: this.pixelFormat, fps, ...size };
    this.#pattern = new TestPattern(size.width, size.height, fps);
  }

  async read(into: Mat): Promise<number> {
    const capturedAtMicros = await this.#pattern.read(into);
    return this.#isOld(capturedAtMicros) ? await this.#pattern.read(into) : capturedAtMicros;
  }

  async readCompressed(
    into: Mat,
    encoder: JpegEncoder,
    options: JpegEncodeOptions,
  ): Promise<CapturedPicture> {
    const read = async () => {
      const { jpeg, capturedAtMicros } = await this.#pattern.readCompressed(into, encoder, options);
      const tookMs = (monotonicMicros() - capturedAtMicros) / 1000;
      return { capturedAtMicros, compressed: { jpeg, tookMs } };
    };
    const picture = await read();
    return this.#isOld(picture.capturedAtMicros) ? await read() : picture;
  }

  close(): Promise<void> {
    return this.#pattern.close();
  }

  /** Whether the program has stood still, so that a later frame's time has come meanwhile. */
  #isOld(capturedAtMicros: number): boolean {
    return monotonicMicros() - capturedAtMicros > 1e6 / this.info.fps;
  }
}
