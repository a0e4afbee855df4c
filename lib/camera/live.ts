/**
 * Pictures from another machine or program: `rtsp://` and `http://` streams, GStreamer pipelines.
 *
 * @module
 */

import { CaptureVideoError } from "../flow/errors.ts";
import * as cv from "../opencv/mod.ts";
import { withoutPassword } from "../text/passwords.ts";
import { FileSource, type FileSourceOptions, pictureCount, preferredReader } from "./film/file.ts";
import { withoutDecoding } from "./film/motion_jpeg.ts";
import { completePipeline, refusal } from "./pipeline.ts";
import { takeOverTurning, uprightSize } from "./film/orientation.ts";
import {
  cannotOpen,
  cannotRead,
  ClosableSource,
  type FrameSource,
  type PixelFormat,
  type SourceInfo,
  type Turn,
} from "./source.ts";

/** A stream, read as fast as it comes: its sender keeps the pace. */
export class LiveSource extends ClosableSource implements FrameSource {
  readonly info: SourceInfo;
  readonly pixelFormat: PixelFormat;
  readonly turn: Turn;
  readonly #capture: cv.VideoCapture;

  private constructor(
    description: string,
    capture: cv.VideoCapture,
    options: FileSourceOptions,
    pixelFormat: PixelFormat = withoutDecoding(capture),
  ) {
    super();
    this.#capture = capture;
    this.turn = takeOverTurning(capture);
    this.pixelFormat = pixelFormat;
    this.info = {
      description,
      ...uprightSize(capture, this.turn),
      fps: capture.get(cv.CAP_PROP_FPS) || options.fps,
      format: capture.getBackendName().toLowerCase(),
    };
  }

  /**
   * Opens the URL of a stream, special characters in its name and password escaped. A film on a web
   * server, which has an end, is played as one; `isFile` says that it tells how many bytes there are.
   *
   * @throws {CaptureVideoError} `camera-unavailable`
   */
  static async openStream(
    url: string,
    options: FileSourceOptions & { isFile?: boolean },
  ): Promise<FrameSource> {
    const description = withoutPassword(url);
    const open = () => openLive(url, description);
    const capture = await open();
    // What a camera's recorder sends over RTSP has a length now and then, but keeps its own pace.
    if (/^https?:/i.test(url) && (options.isFile || pictureCount(capture) > 0)) {
      return await FileSource.play({ description, open }, capture, options);
    }
    return new LiveSource(description, capture, options);
  }

  /**
   * Opens a GStreamer pipeline.
   *
   * @throws {CaptureVideoError} `camera-unavailable`, with GStreamer's words
   */
  static async openPipeline(pipeline: string, options: FileSourceOptions): Promise<LiveSource> {
    const name = withoutPassword(`gst:${pipeline}`);
    let refused: CaptureVideoError | undefined;
    for (const { text, pixelFormat } of await completePipeline(pipeline)) {
      try {
        const capture = await cv.VideoCapture.open(text, { apiPreference: cv.CAP_GSTREAMER, name });
        return new LiveSource(name, capture, options, pixelFormat);
      } catch (error) {
        if (!(error instanceof CaptureVideoError)) throw error;
        refused ??= refusal(pipeline, error.message.slice(`Cannot open ${name}: `.length));
      }
    }
    throw refused;
  }

  async read(into: cv.Mat): Promise<number> {
    if (await this.#capture.readAsync(into)) return cv.monotonicMicros();
    throw cannotRead(this.info.description, "the stream has ended");
  }

  close(): Promise<void> {
    return this.#capture.close();
  }
}

async function openLive(url: string, description: string): Promise<cv.VideoCapture> {
  try {
    return await cv.VideoCapture.open(url, { apiPreference: preferredReader(), name: description });
  } catch (error) {
    if (!(error instanceof CaptureVideoError)) throw error;
    // OpenCV's own words repeat the source, and with it a password.
    throw cannotOpen(description, "nothing that OpenCV can read answers there");
  }
}
