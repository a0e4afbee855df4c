/**
 * A source whose JPEGs come by themselves, from another program.
 *
 * @module
 */

import { CaptureVideoError } from "../flow/errors.ts";
import { LatestSlot } from "../flow/latest_slot.ts";
import { jpegSize, type PictureSize } from "../jpeg/markers.ts";
import { CV_8UC1, type Mat } from "../opencv/mod.ts";
import {
  cannotRead,
  type CapturedJpeg,
  ClosableSource,
  type FrameSource,
  type SourceInfo,
} from "./source.ts";

/**
 * Hands out what was put into it last.
 *
 * - Begin: its size is known with its first picture, which {@linkcode begin} waits for.
 * - Loss: a picture that nobody has read is replaced by the next one.
 * - End: what was put before can still be read; then reads fail.
 */
export class ComingJpegs extends ClosableSource implements FrameSource {
  readonly pixelFormat = "mjpg";
  readonly #pictures = new LatestSlot<CapturedJpeg>();
  readonly #named: () => Omit<SourceInfo, "width" | "height">;
  #size: PictureSize | undefined;
  #first: CapturedJpeg | undefined;
  #failure: Error | undefined;
  readonly #released = new DisposableStack();

  /** @param named what it is, as far as pictures do not say it */
  constructor(named: () => Omit<SourceInfo, "width" | "height">) {
    super();
    this.#named = named;
  }

  /** What it is; of no size before the first picture. */
  get info(): SourceInfo {
    return { width: 0, height: 0, ...this.#size, ...this.#named() };
  }

  /** Whether a picture has come. */
  get hasBegun(): boolean {
    return this.#size !== undefined;
  }

  /** How many pictures newer ones have replaced. */
  get replaced(): number {
    return this.#pictures.replaced;
  }

  /**
   * Waits for the first picture that says how large it is.
   *
   * @param signal closes it, also later: who waits for a picture need not wait for the next one
   * @throws what {@linkcode finish} was given
   */
  async begin(signal?: AbortSignal): Promise<this> {
    const close = () => void this.close();
    signal?.addEventListener("abort", close);
    this.#released.defer(() => signal?.removeEventListener("abort", close));
    if (signal?.aborted) close();
    await this.#begin();
    return this;
  }

  put(picture: CapturedJpeg): void {
    this.#pictures.put(picture);
  }

  /** Takes no more, and says why. */
  finish(why: Error): void {
    this.#failure ??= why;
    this.#pictures.finish();
  }

  async readJpeg(): Promise<CapturedJpeg> {
    const first = this.#first;
    this.#first = undefined;
    return this.#pictures.take() ?? first ?? await this.#next();
  }

  async read(into: Mat): Promise<number> {
    const { jpeg, capturedAtMicros } = await this.readJpeg();
    into.create(1, jpeg.length, CV_8UC1);
    into.setData(jpeg);
    return capturedAtMicros;
  }

  close(): Promise<void> {
    this.#released.dispose();
    this.#failure ??= cannotRead(this.#named().description, "it is closed");
    this.#pictures.close();
    return Promise.resolve();
  }

  async #begin(): Promise<void> {
    while (!this.#size) {
      const first = await this.#next();
      try {
        this.#size = jpegSize(first.jpeg);
        this.#first = first;
      } catch (error) {
        if (!(error instanceof CaptureVideoError && error.code === "damaged-jpeg")) throw error;
      }
    }
  }

  async #next(): Promise<CapturedJpeg> {
    const picture = await this.#pictures.next();
    if (picture) return picture;
    throw this.#failure!;
  }
}
