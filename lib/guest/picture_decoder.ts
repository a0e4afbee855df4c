/**
 * A remote channel's sink that keeps the newest picture decoded.
 *
 * @module
 */

import { CaptureVideoError } from "../flow/errors.ts";
import { LatestSlot } from "../flow/latest_slot.ts";
import { JpegDecoder, MatPool } from "../opencv/mod.ts";
import type { Picture, ReceivedJpeg } from "./picture.ts";
import type { RemoteSink } from "./remote_channel.ts";

/**
 * Decodes on the thread it is called on, for one reader.
 *
 * - Loss: of what came together only the newest JPEG is decoded, and only the newest picture waits;
 *   `replaced` counts what was overtaken, `damaged` what could not be decoded.
 * - Ownership: three Mats go round: one being decoded, one waiting, one with the reader.
 */
export class PictureDecoder implements RemoteSink {
  readonly #mats = new MatPool();
  readonly #decoder = new JpegDecoder();
  readonly #jpegs = new LatestSlot<ReceivedJpeg>();
  readonly #pictures = new LatestSlot<Picture>({ discard: (picture) => picture.release() });
  readonly #onDamaged: (message: string) => void;
  #damaged = 0;

  constructor(onDamaged: (message: string) => void) {
    this.#onDamaged = onDamaged;
  }

  /** How many pictures a newer one has overtaken. */
  get replaced(): number {
    return this.#jpegs.replaced + this.#pictures.replaced;
  }

  get damaged(): number {
    return this.#damaged;
  }

  /** Waits for the newest picture; `undefined` when no more will come. */
  next(): Promise<Picture | undefined> {
    return this.#pictures.next();
  }

  /** Takes the newest JPEG, to be decoded when the host knows that it has come. */
  offer(received: ReceivedJpeg): void {
    this.#jpegs.put(received);
  }

  /** Decodes it, if there is one; why it is no picture, or `null` where it is one. */
  settle(): CaptureVideoError | null | undefined {
    const received = this.#jpegs.take();
    if (!received) return undefined;
    const mat = this.#mats.take();
    const release = () => this.#mats.give(mat);
    try {
      this.#decoder.decodeSync(received.jpeg, mat);
    } catch (error) {
      if (!(error instanceof CaptureVideoError)) throw error;
      release();
      this.#damaged++;
      this.#onDamaged(error.message);
      return error;
    }
    const { jpeg, capturedAtMicros } = received;
    this.#pictures.put({
      mat,
      capturedAtMicros,
      jpegBytes: jpeg.length,
      jpeg: () => Promise.resolve(jpeg),
      release,
    });
    return null;
  }

  /** Lets the reader go, and frees what it has given back. */
  async close(): Promise<void> {
    this.#pictures.close();
    this.#mats.close();
    await this.#decoder.close();
  }
}
