/**
 * A camera of this computer.
 *
 * @module
 */

import * as cv from "../opencv/mod.ts";
import {
  cannotRead,
  type CapturedPicture,
  ClosableSource,
  type FrameSource,
  type PixelFormat,
  type SourceInfo,
} from "./source.ts";
import { diagnoseLoss } from "./v4l2/diagnose.ts";

/** A read that fails sooner was not waiting for a picture. In microseconds. */
const FAILED_AT_ONCE_MICROS = 500_000;

/** So many in a row that fail at once are more than the driver's buffers: the stream is at its end. */
const MAX_FAILED_READS = 32;

/** How long a picture may take behind reads that failed, in microseconds. */
const STOPPED_AFTER_MICROS = 1_500_000;

/** What a camera may take for its first picture although all is well, in milliseconds. */
const FIRST_PICTURE_MS = 10_000;

/** A driver's timestamp that is older than this is in another clock, in microseconds. */
const MAX_TIMESTAMP_AGE_MICROS = 10_000_000;

/**
 * The formats that are taken as the driver gives them, pixels only of an even width and height; OpenCV
 * turns all others into BGR.
 */
const TAKEN_RAW: Readonly<Record<string, PixelFormat>> = {
  YUYV: "yuyv",
  NV12: "nv12",
  MJPG: "mjpg",
  JPEG: "mjpg",
};

/**
 * A camera that was opened.
 *
 * - Age: the capture time is the driver's own where it stamps with the monotonic clock.
 */
export class CameraSource extends ClosableSource implements FrameSource {
  readonly info: SourceInfo;
  readonly pixelFormat: PixelFormat;
  readonly #capture: cv.VideoCapture;
  readonly #path: string | undefined;
  #isWarm = false;

  /**
   * @param capture the camera in its mode, owned by the source from here on
   * @param path its device node, where the system can be asked about it
   */
  constructor(description: string, capture: cv.VideoCapture, path?: string) {
    super();
    this.#capture = capture;
    this.#path = path;
    const format = cv.fourccName(capture.get(cv.CAP_PROP_FOURCC));
    const width = capture.get(cv.CAP_PROP_FRAME_WIDTH);
    const height = capture.get(cv.CAP_PROP_FRAME_HEIGHT);
    const known = capture.getBackendName() === "V4L2" ? TAKEN_RAW[format] : undefined;
    const raw = known === "mjpg" || width % 2 === 0 && height % 2 === 0 ? known : undefined;
    this.pixelFormat = raw && capture.set(cv.CAP_PROP_CONVERT_RGB, 0) ? raw : "bgr";
    this.info = {
      description,
      width,
      height,
      fps: capture.get(cv.CAP_PROP_FPS),
      format: format.toLowerCase(),
    };
  }

  /** More before the first picture: some cameras take seconds to start. */
  get patienceMs(): number {
    return this.#isWarm ? 0 : FIRST_PICTURE_MS;
  }

  async read(into: cv.Mat): Promise<number> {
    await this.#patiently(() => this.#capture.readAsync(into));
    return this.#capturedAtMicros(cv.monotonicMicros());
  }

  async readCompressed(
    into: cv.Mat,
    encoder: cv.JpegEncoder,
    options: cv.JpegEncodeOptions,
  ): Promise<CapturedPicture> {
    const { pixelFormat, info: { width, height } } = this;
    const isRaw = pixelFormat === "yuyv" || pixelFormat === "nv12";
    const form = isRaw ? { ...options, layout: pixelFormat, width, height } : options;
    const { jpeg, readAtMicros } = await this.#patiently(() =>
      this.#capture.readCompressed(into, encoder, form)
    );
    const tookMs = (cv.monotonicMicros() - readAtMicros) / 1000;
    return {
      capturedAtMicros: this.#capturedAtMicros(readAtMicros),
      compressed: { jpeg, tookMs },
    };
  }

  close(): Promise<void> {
    return this.#capture.close();
  }

  /**
   * Reads again where a read fails: a transfer that went wrong costs the pictures that were under way,
   * not the camera. It is lost when the device is gone, and when no picture comes behind the failures.
   */
  async #patiently<T>(read: () => Promise<T | false | undefined>): Promise<T> {
    for (let failed = 0, failingSinceMicros = 0;;) {
      const startMicros = cv.monotonicMicros();
      const result = await read();
      if (result) {
        this.#isWarm = true;
        return result;
      }
      const gone = this.#path && diagnoseLoss(this.#path);
      if (gone) throw cannotRead(this.info.description, gone);
      const nowMicros = cv.monotonicMicros();
      // a camera that takes its time, or has stopped for a while
      if (failed === 0 && nowMicros - startMicros >= FAILED_AT_ONCE_MICROS) continue;
      if (failed === 0) failingSinceMicros = startMicros;
      failed++;
      if (failed >= MAX_FAILED_READS || nowMicros - failingSinceMicros >= STOPPED_AFTER_MICROS) {
        throw cannotRead(this.info.description, "it stopped delivering pictures");
      }
    }
  }

  #capturedAtMicros(readAtMicros: number): number {
    const stamped = this.#capture.get(cv.CAP_PROP_POS_MSEC) * 1000;
    const isNear = stamped <= readAtMicros && stamped > readAtMicros - MAX_TIMESTAMP_AGE_MICROS;
    return isNear ? stamped : readAtMicros;
  }
}
