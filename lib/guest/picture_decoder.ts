/**
 * A remote channel's sink that keeps the newest picture decoded.
 *
 * @module
 */

import { CaptureVideoError } from "../flow/errors.ts";
import { LatestSlot } from "../flow/latest_slot.ts";
import { JpegDecoder, JpegEncoder, type Mat, MatPool } from "../opencv/mod.ts";
import { decodingScale } from "./decoding_scale.ts";
import type { ViewSize } from "../protocol/messages.ts";
import type { Picture, ReceivedJpeg } from "./picture.ts";
import type { RemoteSink } from "./remote_sink.ts";

/** How well a picture that is no JPEG is compressed for whoever saves it. */
const SNAPSHOT_QUALITY = 90;

/**
 * Decodes on the thread it is called on, for one reader.
 *
 * - Loss: of what came together only the newest JPEG is decoded, and only the newest picture waits;
 *   `replaced` counts what was overtaken, `damaged` what could not be decoded.
 * - Ownership: three Mats go round: one being decoded, one waiting, one with the reader; and one for
 *   each picture that is being saved.
 */
export class PictureDecoder implements RemoteSink {
  readonly #mats = new MatPool();
  readonly #decoder = new JpegDecoder();
  readonly #encoder = new JpegEncoder();
  readonly #jpegs = new LatestSlot<ReceivedJpeg>();
  readonly #pictures = new LatestSlot<Picture>({ discard: (picture) => picture.release() });
  readonly #onDamaged: (message: string) => void;
  /** In how much room the pictures are shown: no more than fills it is decoded. */
  view: ViewSize | undefined;
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
      this.#decoder.decodeSync(received.jpeg, mat, {
        scale: decodingScale(received.jpeg, this.view),
      });
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

  /** Copies the newest picture of a camera that gives no JPEGs, as far as it is shown. */
  offerPixels(picture: Mat, capturedAtMicros: number): void {
    const mat = this.#mats.take();
    // Compressing may outlast the showing; the Mat goes back when neither needs it.
    let holders = 1;
    const release = () => {
      if (--holders === 0) this.#mats.give(mat);
    };
    const { width, height } = this.view ?? { width: picture.cols, height: picture.rows };
    const scale = Math.min(1, width / picture.cols, height / picture.rows);
    if (scale === 1) picture.copyTo(mat);
    else picture.resizeTo(mat, Math.ceil(picture.rows * scale), Math.ceil(picture.cols * scale));
    const jpeg = () => {
      holders++;
      return this.#encoder.encode(mat, { quality: SNAPSHOT_QUALITY }).finally(release);
    };
    this.#pictures.put({ mat, capturedAtMicros, jpegBytes: 0, jpeg, release });
  }

  /** Lets the reader go, and frees what it has given back. */
  async close(): Promise<void> {
    this.#pictures.close();
    this.#mats.close();
    await Promise.all([this.#decoder.close(), this.#encoder.close()]);
  }
}
