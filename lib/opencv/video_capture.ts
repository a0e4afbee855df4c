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
import { checked, core, cString, errorText, failure, keeping, textOf } from "./ffi.ts";
import {
  checkedJpegOptions,
  type JpegEncodeOptions,
  type JpegEncoder,
  type YuvEncodeOptions,
} from "./jpeg_encoder.ts";
import type { Mat } from "./mat.ts";
import { NativeHandle } from "./native_handle.ts";
import { STATUS_DAMAGED, STATUS_NO_FRAME } from "./symbols.ts";

/** How to open a source. */
export interface VideoCaptureOptions {
  /** One of the `CAP_` backends. Default: the first that can open the source. */
  readonly apiPreference?: number;
  /** `CAP_PROP_` numbers and their values, set in this order while opening; none may be refused. */
  readonly params?: readonly (readonly [property: number, value: number])[];
  /** What messages call the source. Default: as it is given, with a password that is in it. */
  readonly name?: string;
}

function integers(values: readonly number[]): Int32Array<ArrayBuffer> {
  const odd = values.find((value) => !Number.isInteger(value));
  if (odd !== undefined) {
    throw new RangeError(`Cannot open a source with ${odd} in params: only integers are allowed`);
  }
  return Int32Array.from(values);
}

/**
 * A source of frames that is open.
 *
 * - Frames come in order; none is buffered here.
 * - Reads on one capture happen one after the other, in the order of the calls.
 * - {@linkcode release} waits for the read in flight; reads that still queue behind it reject.
 */
export class VideoCapture implements AsyncDisposable {
  readonly #native: NativeHandle;
  readonly #source: string;
  readonly #turns = new Turns();
  readonly #error = errorText();

  private constructor(pointer: Deno.PointerObject, source: string) {
    this.#source = source;
    this.#native = new NativeHandle(pointer, source, async (capture) => {
      const status = await core().capture_release(capture, this.#error, this.#error.length);
      if (status < 0) throw failure("opencv", `close ${source}`, this.#error);
    });
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
    const params = options.params ?? [];
    const pairs = integers(params.flat());
    const error = errorText();
    const pointer = await keeping(
      core().capture_open(
        text,
        isIndex ? source : 0,
        options.apiPreference ?? CAP_ANY,
        pairs,
        params.length,
        error,
        error.length,
      ),
      text,
      pairs,
      error,
    );
    if (pointer === null) throw failure("camera-unavailable", `open ${name}`, error);
    return new VideoCapture(pointer, name);
  }

  /** Whether this OpenCV has the backend with that `CAP_` number. */
  static hasBackend(apiPreference: number): boolean {
    return checked(
      "ask for OpenCV's backends",
      (...error) => core().capture_has_backend(apiPreference, ...error),
    ) === 1;
  }

  /**
   * Reads the next frame into `into`, off the JavaScript thread.
   *
   * @returns false where there is none: the end of a file, a camera that is gone; `into` then still
   * holds what it held
   * @throws {CaptureVideoError} `camera-lost`: the backend failed, with OpenCV's words
   */
  readAsync(into: Mat): Promise<boolean> {
    return into.native.whileWriting((mat) =>
      this.#turns.take(() =>
        this.#native.whileWriting(async (capture) => {
          const error = this.#error;
          return this.#isFrame(await core().capture_read(capture, mat, error, error.length));
        })
      )
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
    return into.native.whileWriting((mat) =>
      this.#turns.take(() =>
        this.#native.whileWriting(async (capture) => {
          const error = this.#error;
          const read = (timed: Deno.PointerValue) =>
            core().capture_read_paced(capture, timed, mat, pace.figures, error, error.length);
          return this.#isFrame(await (clock ? clock.#native.whileWriting(read) : read(null)));
        })
      )
    );
  }

  #isFrame(status: number): boolean {
    if (status === STATUS_NO_FRAME) return false;
    if (status < 0) throw failure("camera-lost", `read from ${this.#source}`, this.#error);
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
    const error = this.#error;
    return await into.native.whileWriting((mat) =>
      this.#turns.take(() =>
        this.#native.whileWriting((capture) =>
          encoder.lend(options, async (compressor, take) => {
            const status = await core().capture_read_compressed(
              capture,
              mat,
              compressor,
              layout,
              width,
              height,
              quality,
              readAt,
              error,
              error.length,
            );
            if (status === STATUS_NO_FRAME) return undefined;
            if (status === STATUS_DAMAGED) throw failure("opencv", "compress a picture", error);
            if (status < 0) throw failure("camera-lost", `read from ${this.#source}`, error);
            return { jpeg: take(status), readAtMicros: readAt[0]! };
          })
        )
      )
    );
  }

  /**
   * The value of one of the `CAP_PROP_` properties; 0 or -1 where the backend has none.
   *
   * @throws {Deno.errors.Busy} a read is in flight: OpenCV does not allow both at once
   */
  get(property: number): number {
    const capture = this.#native.forReading();
    const value = new Float64Array(1);
    checked(
      `get a property of ${this.#source}`,
      (...error) => core().capture_get(capture, property, value, ...error),
    );
    return value[0]!;
  }

  /**
   * Sets one of the `CAP_PROP_` properties.
   *
   * @returns whether the backend took it; what it made of it, {@linkcode get} tells
   * @throws {Deno.errors.Busy} a read is in flight: OpenCV does not allow both at once
   */
  set(property: number, value: number): boolean {
    const capture = this.#native.forWriting();
    return checked(
      `set a property of ${this.#source}`,
      (...error) => core().capture_set(capture, property, value, ...error),
    ) === 1;
  }

  /** The backend that opened the source, such as `V4L2` or `FFMPEG`. */
  getBackendName(): string {
    const capture = this.#native.forReading();
    const name = new Uint8Array(64);
    checked(
      `name the backend of ${this.#source}`,
      (...error) => core().capture_backend(capture, name, name.length, ...error),
    );
    return textOf(name);
  }

  /** Closes the source, after the read in flight. Twice is once; every other call then throws. */
  release(): Promise<void> {
    return this.#native.release();
  }

  /** The same as {@linkcode release}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.release();
  }
}
