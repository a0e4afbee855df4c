/**
 * A network camera that sends JPEGs over HTTP: a stream of them, or one for each request.
 *
 * @module
 */

import { CaptureVideoError } from "../../flow/errors.ts";
import { CV_8UC1, type Mat } from "../../opencv/mod.ts";
import { withoutPassword } from "../../text/passwords.ts";
import { jpegSize, type PictureSize } from "../../jpeg/markers.ts";
import type { FrameSource, SourceInfo } from "../source.ts";
import { HttpPictures, type HttpPicturesOptions } from "./http_pictures.ts";
import type { CutPicture } from "./part_cutter.ts";

/** Options of {@linkcode HttpSource.open}. */
export interface HttpSourceOptions extends HttpPicturesOptions {
  /** Ends the opening. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * An HTTP camera as a source.
 *
 * - Age: what came while nobody asked was replaced by what came next; the time is that of the
 *   picture's last byte.
 */
export class HttpSource implements FrameSource {
  readonly info: SourceInfo;
  readonly pixelFormat = "mjpg";
  readonly note: string | undefined;
  readonly #pictures: HttpPictures;
  #first: CutPicture | undefined;

  private constructor(
    pictures: HttpPictures,
    { first, ...info }: Omit<SourceInfo, "fps" | "format"> & { first: CutPicture },
    unproven: string | undefined,
  ) {
    this.#pictures = pictures;
    this.#first = first;
    this.info = { ...info, fps: 0, format: "mjpg" };
    this.note = unproven &&
      `${info.description}: nobody vouches for its certificate (${unproven}); what it sends is ` +
        "encrypted, but it may be another computer";
  }

  /**
   * Opens a camera by its `http://` or `https://` address.
   *
   * @returns nothing where the address gives no JPEGs, but may give another video
   * @throws {CaptureVideoError} `camera-unavailable`, saying what the camera says
   */
  static async open(url: string, options: HttpSourceOptions): Promise<HttpSource | undefined> {
    const description = withoutPassword(url);
    const pictures = new HttpPictures(url, description, options);
    const { signal } = options;
    const onAbort = () => void pictures.close();
    signal?.addEventListener("abort", onAbort);
    let source: HttpSource | undefined;
    try {
      if (signal?.aborted) onAbort();
      const answer = await pictures.begin();
      if (!answer) return undefined;
      const { unproven } = answer.connection;
      return source = new HttpSource(
        pictures,
        { description, ...await firstPicture(pictures) },
        unproven,
      );
    } finally {
      signal?.removeEventListener("abort", onAbort);
      if (!source) await pictures.close();
    }
  }

  /** How long a picture may take although all is well, in milliseconds. */
  get patienceMs(): number {
    return this.#pictures.rate.patienceMs;
  }

  /** Waits for the next picture. */
  async read(into: Mat): Promise<number> {
    const first = this.#first;
    this.#first = undefined;
    const { jpeg, atMicros } = this.#pictures.take() ?? first ?? await this.#pictures.next();
    into.create(1, jpeg.length, CV_8UC1);
    into.setData(jpeg);
    return atMicros;
  }

  /** Ends the connection. */
  close(): Promise<void> {
    return this.#pictures.close();
  }

  /** Ends the connection. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** The first picture that says how large it is. */
async function firstPicture(pictures: HttpPictures): Promise<PictureSize & { first: CutPicture }> {
  for (;;) {
    const first = await pictures.first();
    try {
      return { ...jpegSize(first.jpeg), first };
    } catch (error) {
      if (!(error instanceof CaptureVideoError && error.code === "damaged-jpeg")) throw error;
    }
  }
}
