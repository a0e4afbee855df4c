/**
 * A video file, played at its own rate.
 *
 * @module
 */

import { CaptureVideoError } from "../errors.ts";
import {
  CAP_PROP_FPS,
  CAP_PROP_FRAME_HEIGHT,
  CAP_PROP_FRAME_WIDTH,
  type Mat,
  monotonicMicros,
  VideoCapture,
} from "../opencv/mod.ts";
import type { SourceDescription } from "../protocol/messages.ts";
import { withoutDecoding } from "./motion_jpeg.ts";
import type { FrameSource, PixelFormat } from "./source.ts";

/** Rates beyond this are a container's default, not a film's. */
const MAX_FILE_FPS = 1000;

/** Options of {@linkcode FileSource.open}. */
export interface FileSourceOptions {
  /** Whether to begin again at the end. */
  loop: boolean;
  /** The rate for a file that names none, in frames a second. */
  fps: number;
  /** Whether JPEGs may come undecoded, where the file has them. */
  undecoded?: boolean;
}

/**
 * Plays a file.
 *
 * - Order: every picture of the file, each at its time; a reader that is late by a picture or more
 *   gets the next at once, and the clock starts anew from there.
 */
export class FileSource implements FrameSource {
  readonly info: SourceDescription;
  readonly pixelFormat: PixelFormat;
  readonly #path: string;
  readonly #loop: boolean;
  #capture: VideoCapture;
  #dueMicros = 0;

  private constructor(path: string, capture: VideoCapture, options: FileSourceOptions) {
    this.#path = path;
    this.#capture = capture;
    this.#loop = options.loop;
    this.pixelFormat = options.undecoded ? withoutDecoding(capture) : "bgr";
    const ownFps = capture.get(CAP_PROP_FPS);
    this.info = {
      description: path,
      width: capture.get(CAP_PROP_FRAME_WIDTH),
      height: capture.get(CAP_PROP_FRAME_HEIGHT),
      fps: ownFps > 0 && ownFps <= MAX_FILE_FPS ? ownFps : options.fps,
      format: "file",
    };
  }

  /**
   * Opens a file.
   *
   * @throws {CaptureVideoError} `camera-unavailable`, when it is not there or no video
   */
  static async open(path: string, options: FileSourceOptions): Promise<FileSource> {
    await checkVideoFile(path);
    return new FileSource(path, await VideoCapture.open(path), options);
  }

  /** Waits for the next picture's time; `undefined` at the end of a file that is played once. */
  async read(into: Mat): Promise<number | undefined> {
    if (!await this.#capture.readAsync(into, this.#dueMicros)) {
      if (!this.#loop) return undefined;
      await this.#capture.release();
      this.#capture = await VideoCapture.open(this.#path);
      if (this.pixelFormat === "mjpg" && withoutDecoding(this.#capture) !== "mjpg") {
        throw new CaptureVideoError(
          "camera-lost",
          `Cannot play ${this.#path} again: it has another format now`,
        );
      }
      if (!await this.#capture.readAsync(into, this.#dueMicros)) {
        throw new CaptureVideoError("camera-lost", `Cannot play ${this.#path}: it has no pictures`);
      }
    }
    const intervalMicros = 1e6 / this.info.fps;
    const now = monotonicMicros();
    if (now - this.#dueMicros > intervalMicros) this.#dueMicros = now;
    const playedAtMicros = this.#dueMicros;
    this.#dueMicros += intervalMicros;
    return playedAtMicros;
  }

  /** Closes the file. */
  close(): Promise<void> {
    return this.#capture.release();
  }

  /** Closes the file. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/**
 * Looks whether a path can be a video, before OpenCV does: it tells all failures alike.
 *
 * @throws {CaptureVideoError} `camera-unavailable`, saying what is there instead
 */
export async function checkVideoFile(path: string): Promise<void> {
  const refuse = (what: string, options?: ErrorOptions) =>
    new CaptureVideoError("camera-unavailable", `Cannot open video file ${path}: ${what}`, options);
  try {
    const { isDirectory, isFile, size } = await Deno.stat(path);
    if (isDirectory) throw refuse("it is a directory");
    if (isFile && size === 0) throw refuse("it is empty");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw refuse("there is no such file; a camera is named by its index, as in --source 0");
    }
    if (error instanceof Deno.errors.PermissionDenied) throw refuse("it may not be read");
    throw error;
  }
}
