/**
 * A camera of this computer.
 *
 * @module
 */

import { CaptureVideoError } from "../errors.ts";
import {
  CAP_ANY,
  CAP_PROP_CONVERT_RGB,
  CAP_PROP_FOURCC,
  CAP_PROP_FPS,
  CAP_PROP_FRAME_HEIGHT,
  CAP_PROP_FRAME_WIDTH,
  CAP_PROP_POS_MSEC,
  CAP_V4L2,
  fourcc,
  fourccName,
  type JpegEncodeOptions,
  type JpegEncoder,
  type Mat,
  monotonicMicros,
  VideoCapture,
} from "../opencv/mod.ts";
import type { SourceDescription } from "../protocol/messages.ts";
import { type CameraWish, chooseFormat } from "./camera_mode.ts";
import type { CapturedPicture, FrameSource, PixelFormat } from "./source.ts";
import {
  type CameraInfo,
  checkControls,
  diagnoseCamera,
  diagnoseLoss,
  findCamera,
  linkTarget,
  setControls,
} from "./v4l2/mod.ts";

/** What a camera is asked for. */
export interface CameraOptions extends CameraWish {
  /** Controls to set, `name=number` each. */
  control: readonly string[];
}

/** A read that fails sooner was not waiting for a picture. In microseconds. */
const FAILED_AT_ONCE_MICROS = 500_000;

/** So many in a row that fail at once are more than the driver's buffers: the stream is at its end. */
const MAX_FAILED_READS = 32;

/** How long a picture may take behind reads that failed, in microseconds. */
const STOPPED_AFTER_MICROS = 1_500_000;

/** A driver's timestamp that is older than this is in another clock, in microseconds. */
const MAX_TIMESTAMP_AGE_MICROS = 10_000_000;

/** The formats that are taken as the driver gives them; OpenCV turns any other into BGR. */
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
export class CameraSource implements FrameSource {
  readonly info: SourceDescription;
  readonly pixelFormat: PixelFormat;
  readonly #capture: VideoCapture;
  readonly #path: string | undefined;

  /**
   * @param description what people call it
   * @param capture the camera in its mode, owned by the source from here on
   * @param path its device node, where the system can be asked about it
   */
  constructor(description: string, capture: VideoCapture, path?: string) {
    this.#capture = capture;
    this.#path = path;
    const format = fourccName(capture.get(CAP_PROP_FOURCC));
    const raw = capture.getBackendName() === "V4L2" ? TAKEN_RAW[format] : undefined;
    this.pixelFormat = raw && capture.set(CAP_PROP_CONVERT_RGB, 0) ? raw : "bgr";
    this.info = {
      description,
      width: capture.get(CAP_PROP_FRAME_WIDTH),
      height: capture.get(CAP_PROP_FRAME_HEIGHT),
      fps: capture.get(CAP_PROP_FPS),
      format: format.toLowerCase(),
    };
  }

  /** Waits for the next picture. */
  async read(into: Mat): Promise<number> {
    await this.#patiently(() => this.#capture.readAsync(into));
    return this.#capturedAtMicros(monotonicMicros());
  }

  /** Waits for the next picture, and compresses it. */
  async readCompressed(
    into: Mat,
    encoder: JpegEncoder,
    options: JpegEncodeOptions,
  ): Promise<CapturedPicture> {
    const { pixelFormat, info: { width, height } } = this;
    const isRaw = pixelFormat === "yuyv" || pixelFormat === "nv12";
    const form = isRaw ? { ...options, layout: pixelFormat, width, height } : options;
    const { jpeg, readAtMicros } = await this.#patiently(() =>
      this.#capture.readCompressed(into, encoder, form)
    );
    const tookMs = (monotonicMicros() - readAtMicros) / 1000;
    return {
      capturedAtMicros: this.#capturedAtMicros(readAtMicros),
      compressed: { jpeg, tookMs },
    };
  }

  /** Closes the camera. */
  close(): Promise<void> {
    return this.#capture.release();
  }

  /** Closes the camera. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /**
   * Reads again where a read fails: a transfer that went wrong costs the pictures that were under way,
   * not the camera. It is lost when the device is gone, and when no picture comes behind the failures.
   */
  async #patiently<T>(read: () => Promise<T | false | undefined>): Promise<T> {
    for (let failed = 0, failingSinceMicros = 0;;) {
      const startMicros = monotonicMicros();
      const result = await read();
      if (result) return result;
      const gone = this.#path && diagnoseLoss(this.#path);
      if (gone) throw this.#lost(gone);
      const nowMicros = monotonicMicros();
      // a camera that takes its time, or has stopped for a while
      if (failed === 0 && nowMicros - startMicros >= FAILED_AT_ONCE_MICROS) continue;
      if (failed === 0) failingSinceMicros = startMicros;
      failed++;
      if (failed >= MAX_FAILED_READS || nowMicros - failingSinceMicros >= STOPPED_AFTER_MICROS) {
        throw this.#lost("it stopped delivering pictures");
      }
    }
  }

  #lost(why: string): CaptureVideoError {
    return new CaptureVideoError("camera-lost", `Cannot read ${this.info.description}: ${why}`);
  }

  #capturedAtMicros(readAtMicros: number): number {
    const stamped = this.#capture.get(CAP_PROP_POS_MSEC) * 1000;
    const isNear = stamped <= readAtMicros && stamped > readAtMicros - MAX_TIMESTAMP_AGE_MICROS;
    return isNear ? stamped : readAtMicros;
  }
}

/**
 * Finds and opens one camera, again and again.
 *
 * - Identity: a camera that comes back is found by its stable path, under whatever number.
 * - One at a time: it is opened again when the one before it is closed, which may take as long as a
 *   read that waits.
 */
export class CameraOpener {
  readonly #options: CameraOptions;
  readonly #camera: string;
  #opened: CameraSource | undefined;
  #known: CameraInfo | undefined;

  /** @param camera an index, a device path, or a part of the camera's name */
  constructor(camera: string, options: CameraOptions) {
    this.#camera = camera;
    this.#options = options;
  }

  /**
   * Looks whether the camera is there and has what is wished for, without starting its stream.
   *
   * @throws {CaptureVideoError} `camera-unavailable`, when it is not there, may not be used, or
   * does not deliver the format
   * @throws {UsageError} a control or a value that it does not have
   */
  check(): void {
    const info = this.#find();
    chooseOffered(info, this.#options);
    checkControls(info.path, this.#options.control);
  }

  /**
   * Opens the camera in the mode that comes nearest to the wish.
   *
   * @throws {CaptureVideoError} `camera-unavailable`, with what is so and what to do
   */
  async open(): Promise<CameraSource> {
    await this.#opened?.close();
    return this.#opened = await this.#openNow();
  }

  async #openNow(): Promise<CameraSource> {
    if (Deno.build.os !== "linux") return await this.#openByIndex();
    const info = this.#find();
    const wanted = chooseOffered(info, this.#options);
    const capture = await openV4l2(info);
    try {
      // The order matters to V4L2: a size belongs to a format, and a rate to a size.
      if (wanted) capture.set(CAP_PROP_FOURCC, fourcc(wanted));
      setMode(capture, this.#options);
      setControls(info.path, this.#options.control);
      const source = new CameraSource(`${info.name} (${info.path})`, capture, info.path);
      this.#known = info;
      return source;
    } catch (error) {
      await capture.release();
      throw error;
    }
  }

  #find(): CameraInfo {
    const known = this.#known;
    // Others may be there, which are not meant, and the camera itself before the system has named it.
    if (known?.stablePath && linkTarget(known.stablePath) === undefined) {
      throw unavailable(known, "it has been disconnected");
    }
    const info = findCamera(known?.stablePath ?? this.#camera);
    if (info.problem) throw unavailable(info, info.problem);
    return info;
  }

  async #openByIndex(): Promise<CameraSource> {
    const index = Number(this.#camera);
    if (!Number.isInteger(index)) {
      throw new CaptureVideoError(
        "camera-unavailable",
        `Cannot open camera ${this.#camera}: on this system a camera is named by its index, 0, 1, …`,
      );
    }
    const capture = await VideoCapture.open(index, { apiPreference: CAP_ANY });
    setMode(capture, this.#options);
    return new CameraSource(`camera ${index}`, capture);
  }
}

function setMode(capture: VideoCapture, { width, height, fps }: CameraOptions): void {
  capture.set(CAP_PROP_FRAME_WIDTH, width);
  capture.set(CAP_PROP_FRAME_HEIGHT, height);
  capture.set(CAP_PROP_FPS, fps);
}

/** OpenCV only says that it failed; the system is asked why. */
async function openV4l2(info: CameraInfo): Promise<VideoCapture> {
  try {
    return await VideoCapture.open(info.index, { apiPreference: CAP_V4L2 });
  } catch (error) {
    const why = diagnoseCamera(info.path);
    if (!why) throw error;
    throw unavailable(info, why);
  }
}

/** The format to ask for; `undefined` to leave it to the driver. */
function chooseOffered(info: CameraInfo, wish: CameraWish): string | undefined {
  const wanted = chooseFormat(info.formats, wish);
  const offered = info.formats.map(({ fourcc }) => fourcc);
  if (!wanted || offered.length === 0 || offered.includes(wanted)) return wanted;
  throw unavailable(
    info,
    `it does not deliver ${wanted}; --format can be auto or ${offered.join(", ").toLowerCase()}`,
  );
}

function unavailable(info: CameraInfo, why: string): CaptureVideoError {
  return new CaptureVideoError(
    "camera-unavailable",
    `Cannot open ${info.name} (${info.path}): ${why}`,
  );
}
