/**
 * Cameras, files, streams and pipelines: `cv::VideoCapture`, read off the JavaScript thread.
 *
 * @example
 * ```ts ignore
 * import { Mat } from "./mat.ts";
 * import { VideoCapture } from "./video_capture.ts";
 *
 * await using capture = await VideoCapture.open("clip.avi");
 * using frame = new Mat();
 * while (await capture.readAsync(frame)) console.log(frame.cols, frame.rows);
 * ```
 * @module
 */

import { Turns } from "../flow/turns.ts";
import { CAP_ANY } from "./constants.ts";
import type { FilmPace } from "./film_pace.ts";
import {
  capture as library,
  checked,
  cString,
  errorText,
  failure,
  keeping,
  textOf,
} from "./ffi.ts";
import {
  checkedJpegOptions,
  type JpegEncodeOptions,
  type JpegEncoder,
  type YuvEncodeOptions,
} from "./jpeg_encoder.ts";
import type { Mat } from "./mat.ts";
import { NativeOwner } from "./native_handle.ts";
import { STATUS_DAMAGED, STATUS_NO_FRAME } from "./symbols.ts";

/** How to open a source. */
export interface VideoCaptureOptions {
  /** One of the `CAP_` backends. Default: the first that can open the source. */
  readonly apiPreference?: number;
  /** What messages call the source. Default: as it is given, with a password that is in it. */
  readonly name?: string;
}

/**
 * A source of frames that is open.
 *
 * - Frames come in order; none is buffered here.
 * - Reads on one capture happen one after the other, in the order of the calls.
 * - {@linkcode close} waits for the read in flight; reads that still queue behind it reject.
 */
export class VideoCapture extends NativeOwner {
  readonly #source: string;
  readonly #turns = new Turns();

  private constructor(pointer: Deno.PointerObject, source: string) {
    super(pointer, source, async (capture) => {
      const error = errorText();
      const status = await library().capture_release(error, capture);
      if (status < 0) throw failure("opencv", `close ${source}`, error);
    });
    this.#source = source;
  }

  /**
   * Opens a source off the JavaScript thread.
   *
   * @param source a camera's index, or the path, URL or pipeline to read
   * @throws {CaptureVideoError} `camera-unavailable`, with the system's or OpenCV's words
   * @throws {RangeError} an index that is none
   * @throws {TypeError} an empty name
   */
  static async open(
    source: number | string,
    options: VideoCaptureOptions = {},
  ): Promise<VideoCapture> {
    const isIndex = typeof source === "number";
    if (isIndex && (!Number.isInteger(source) || source < 0)) {
      throw new RangeError(`Cannot open camera ${source}: an index is 0, 1, 2 ...`);
    }
    if (source === "") throw new TypeError("Cannot open a source: its name is empty");
    const name = options.name ?? (isIndex ? `camera ${source}` : source);
    const text = isIndex ? null : cString(source);
    const error = errorText();
    const { apiPreference = CAP_ANY } = options;
    const pointer = await keeping(
      library().capture_open(error, text, isIndex ? source : 0, apiPreference),
      text,
      error,
    );
    if (pointer === null) throw failure("camera-unavailable", `open ${name}`, error);
    return new VideoCapture(pointer, name);
  }

  /** Whether this OpenCV has the backend with that `CAP_` number. */
  static hasBackend(apiPreference: number): boolean {
    return checked("ask for OpenCV's backends", library().capture_has_backend, apiPreference) === 1;
  }

  /**
   * Reads the next frame into `into`, off the JavaScript thread.
   *
   * @returns false where there is none: the end of a file, a camera that is gone; `into` then still
   * holds what it held
   * @throws {CaptureVideoError} `camera-lost`: the backend failed, with OpenCV's words
   */
  readAsync(into: Mat): Promise<boolean> {
    const error = this.error;
    return this.#reading(
      into,
      async (capture, mat) => this.#isFrame(await library().capture_read(error, capture, mat)),
    );
  }

  /**
   * Reads the next picture of a film as {@linkcode readAsync} does, and holds it back until its
   * time: a film's pace costs no second way to another thread.
   *
   * @param pace brought up to date with the picture that was read
   * @param clock the same film opened once more, read along: it tells the times of pictures that
   * this one gives undecoded, and as that without times
   */
  readPaced(into: Mat, pace: FilmPace, clock?: VideoCapture): Promise<boolean> {
    return this.#reading(into, async (capture, mat) => {
      const read = (timed: Deno.PointerValue) =>
        library().capture_read_paced(this.error, capture, timed, mat, pace.figures);
      return this.#isFrame(await (clock ? clock.native.whileWriting(read) : read(null)));
    });
  }

  /** Has `read` fill a Mat, when it is its turn. */
  #reading<T>(
    into: Mat,
    read: (capture: Deno.PointerObject, mat: Deno.PointerObject) => Promise<T>,
  ): Promise<T> {
    return into.native.whileWriting((mat) =>
      this.#turns.take(() => this.native.whileWriting((capture) => read(capture, mat)))
    );
  }

  #isFrame(status: number): boolean {
    if (status === STATUS_NO_FRAME) return false;
    if (status < 0) throw failure("camera-lost", `read from ${this.#source}`, this.error);
    return true;
  }

  /**
   * Reads the next frame as {@linkcode readAsync} does, and compresses it in the same call: the
   * picture waits for no other thread between the two.
   *
   * @param options a `layout` in them says that the source delivers raw frames of that size, not BGR
   * @returns the JPEG as the encoder gives it, and when the frame had been read, in microseconds of
   * `monotonicMicros()`; `undefined` where there is no frame
   * @throws {RangeError} a quality outside 0 to 100, or an odd or absurd size
   * @throws {CaptureVideoError} `camera-lost`: the backend failed; `opencv`: the frame cannot be
   * compressed
   */
  async readCompressed(
    into: Mat,
    encoder: JpegEncoder,
    options: JpegEncodeOptions | YuvEncodeOptions,
  ): Promise<{ jpeg: Uint8Array<ArrayBuffer>; readAtMicros: number } | undefined> {
    const { quality, layout, width, height } = checkedJpegOptions(options);
    const readAt = new Float64Array(1);
    const error = this.error;
    return await this.#reading(
      into,
      (capture, mat) =>
        encoder.lend(options, async (compressor, take) => {
          const size = [layout, width, height] as const;
          const status = await library()
            .capture_read_compressed(error, capture, mat, compressor, ...size, quality, readAt);
          if (status === STATUS_DAMAGED) throw failure("opencv", "compress a picture", error);
          return this.#isFrame(status)
            ? { jpeg: take(status), readAtMicros: readAt[0]! }
            : undefined;
        }),
    );
  }

  /**
   * The value of one of the `CAP_PROP_` properties; 0 or -1 where the backend has none.
   *
   * @throws {Deno.errors.Busy} a read is in flight: OpenCV does not allow both at once
   */
  get(property: number): number {
    const capture = this.native.forReading();
    const value = new Float64Array(1);
    checked(`get a property of ${this.#source}`, library().capture_get, capture, property, value);
    return value[0]!;
  }

  /**
   * Sets one of the `CAP_PROP_` properties.
   *
   * @returns whether the backend took it; what it made of it, {@linkcode get} tells
   * @throws {Deno.errors.Busy} a read is in flight: OpenCV does not allow both at once
   */
  set(property: number, value: number): boolean {
    const capture = this.native.forWriting();
    const action = `set a property of ${this.#source}`;
    return checked(action, library().capture_set, capture, property, value) === 1;
  }

  /** The backend that opened the source, such as `V4L2` or `FFMPEG`. */
  getBackendName(): string {
    const capture = this.native.forReading();
    const name = new Uint8Array(64);
    const action = `name the backend of ${this.#source}`;
    checked(action, library().capture_backend, capture, name, name.length);
    return textOf(name);
  }
}

/**
 * Has GStreamer build a pipeline, off the JavaScript thread, without starting it.
 *
 * @returns its words where it cannot, such as `no element "x264dec"`; `undefined` where it can, or
 * cannot be asked
 */
export async function pipelineObjection(pipeline: string): Promise<string | undefined> {
  const text = cString(pipeline);
  const error = errorText();
  const status = await keeping(library().pipeline_check(error, text), text);
  return status < 0 ? textOf(error) : undefined;
}
