/**
 * Pictures: `cv::Mat`, with the drawing and the transforms that the programs need.
 *
 * @example
 * ```ts ignore
 * import { Mat } from "./mat.ts";
 *
 * using picture = new Mat(720, 1280);
 * picture.setTo([0, 0, 0]);
 * picture.putText("hello", { x: 20, y: 60 }, { fontScale: 2 });
 * ```
 * @module
 */

import { CV_8UC3 } from "./constants.ts";
import { checked, core, cString, errorText, failure } from "./ffi.ts";
import type { Color, Point, TextOptions } from "./drawing.ts";
import { NativeHandle } from "./native_handle.ts";

const WHITE: Color = [255, 255, 255];
const shape = new Int32Array(4);

/**
 * A picture in native memory.
 *
 * - It is owned: {@linkcode release} it, or declare it with `using`. Nothing else frees it.
 * - Keep and reuse it. A fresh 720p picture costs page faults; every call that writes into a Mat
 *   takes new memory only where size or type change.
 * - While a call off this thread works on it, calls that would disturb that throw
 *   `Deno.errors.Busy`; a release takes effect when that call returns.
 */
export class Mat implements Disposable {
  readonly #native: NativeHandle;

  /**
   * A picture of undefined content, or without arguments an empty Mat, for calls to fill.
   *
   * @param rows height in pixels
   * @param cols width in pixels
   * @param type one of the `CV_8U` numbers
   * @throws {CaptureVideoError} `opencv`: a negative size, or more than there is memory for
   */
  constructor(rows?: number, cols?: number, type?: number);
  /** @ignore */
  constructor(rows: number | Deno.PointerObject = 0, cols = 0, type = CV_8UC3) {
    if (typeof rows === "object") {
      this.#native = new NativeHandle(rows, "the Mat", () => {});
      return;
    }
    const calls = core();
    const error = errorText();
    const pointer = calls.mat_create(rows, cols, type, error, error.length);
    if (pointer === null) throw failure("opencv", "make a Mat", error);
    this.#native = new NativeHandle(pointer, "the Mat", (mat) => calls.mat_release(mat));
  }

  /**
   * A view on a Mat that another thread of this process owns; releasing it does nothing. The owner
   * must keep the Mat, and the two must agree on who writes when: no lock reaches across threads.
   *
   * @param handle what {@linkcode handle} was there
   */
  static borrow(handle: bigint): Mat {
    const pointer = core().mat_at(handle);
    if (pointer === null) throw new TypeError("Cannot borrow a Mat: its handle is null");
    const Borrowed = Mat as unknown as new (pointer: Deno.PointerObject) => Mat;
    return new Borrowed(pointer);
  }

  /** The native address, good in every worker of this process until the owner releases the Mat. */
  get handle(): bigint {
    return core().mat_address(this.#native.forReading());
  }

  /** For this folder's own classes: who may use the native object, and when. */
  get native(): NativeHandle {
    return this.#native;
  }

  /** Height in pixels. */
  get rows(): number {
    return this.#shape(0);
  }

  /** Width in pixels. */
  get cols(): number {
    return this.#shape(1);
  }

  /** One of the `CV_8U` numbers. */
  get type(): number {
    return this.#shape(2);
  }

  /** Values a pixel has. */
  get channels(): number {
    return this.#shape(3);
  }

  #shape(index: number): number {
    core().mat_shape(this.#native.forReading(), shape);
    return shape[index]!;
  }

  /** Size of the pixels in bytes. */
  get byteLength(): number {
    return core().mat_bytes(this.#native.forReading());
  }

  /**
   * A copy of the pixels, row by row.
   *
   * @param into where to put it; it has {@linkcode byteLength} bytes. Fresh memory by default
   */
  getData(into?: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const mat = this.#native.forReading();
    const { byteLength } = this;
    const bytes = into ?? new Uint8Array(byteLength);
    if (bytes.length !== byteLength) {
      throw new RangeError(
        `Cannot copy a Mat: it has ${byteLength} bytes, and there is room for ${bytes.length}`,
      );
    }
    core().mat_get_data(mat, bytes);
    return bytes;
  }

  /**
   * Replaces all pixels.
   *
   * @throws {RangeError} `bytes` is not exactly as long as the pixels
   */
  setData(bytes: Uint8Array): void {
    const mat = this.#native.forWriting();
    if (bytes.length !== this.byteLength) {
      throw new RangeError(
        `Cannot fill a Mat: it has ${this.byteLength} bytes, and ${bytes.length} were given`,
      );
    }
    core().mat_set_data(mat, bytes as Uint8Array<ArrayBuffer>);
  }

  /** Gives it this size and type; the content is undefined where that changed anything. */
  create(rows: number, cols: number, type: number = CV_8UC3): void {
    const mat = this.#native.forWriting();
    checked("resize a Mat", (...error) => core().mat_reshape(mat, rows, cols, type, ...error));
  }

  /** Copies size, type and pixels into `dst`. */
  copyTo(dst: Mat): void {
    this.#into(dst, "copy a picture", (from, to, ...error) => core().mat_copy(from, to, ...error));
  }

  /** Resizes into `dst`; meant for making smaller, where it averages. */
  resizeTo(dst: Mat, rows: number, cols: number): void {
    this.#into(
      dst,
      "resize a picture",
      (from, to, ...error) => core().mat_resize(from, to, rows, cols, ...error),
    );
  }

  /** Turns into `dst` by one of the `ROTATE_` codes. */
  rotateTo(dst: Mat, code: number): void {
    this.#into(
      dst,
      "rotate a picture",
      (from, to, ...error) => core().mat_rotate(from, to, code, ...error),
    );
  }

  /** Mirrors into `dst` by one of the `FLIP_` codes. */
  flipTo(dst: Mat, code: number): void {
    this.#into(
      dst,
      "flip a picture",
      (from, to, ...error) => core().mat_flip(from, to, code, ...error),
    );
  }

  /** A BGR picture without colour in `dst`, at `brightness` (0 to 1): how what is not live looks. */
  dimTo(dst: Mat, brightness = 0.5): void {
    this.#into(
      dst,
      "dim a picture",
      (from, to, ...error) => core().mat_dim(from, to, brightness, ...error),
    );
  }

  #into(
    dst: Mat,
    action: string,
    call: (
      from: Deno.PointerObject,
      to: Deno.PointerObject,
      ...error: [Uint8Array<ArrayBuffer>, number]
    ) => number,
  ): void {
    const from = this.#native.forReading();
    const to = dst.#native.forWriting();
    checked(action, (...error) => call(from, to, ...error));
  }

  /** Fills the whole picture. */
  setTo(color: Color): void {
    const mat = this.#native.forWriting();
    checked("fill a picture", (...error) => core().mat_fill(mat, ...color, ...error));
  }

  /** A rectangle from corner to corner, both included; filled where `thickness` is negative. */
  drawRectangle(pt0: Point, pt1: Point, color: Color, thickness = -1): void {
    const mat = this.#native.forWriting();
    checked(
      "draw a rectangle",
      (...error) =>
        core().draw_rectangle(mat, pt0.x, pt0.y, pt1.x, pt1.y, ...color, thickness, ...error),
    );
  }

  /**
   * Writes a text in OpenCV's stroke font, which has ASCII only: other characters become `?`.
   *
   * @param origin the left end of the base line
   */
  putText(text: string, origin: Point, options: TextOptions = {}): void {
    const { fontScale = 1, color = WHITE, thickness = 1 } = options;
    const mat = this.#native.forWriting();
    const { x, y } = origin;
    checked(
      "draw a text",
      (...error) =>
        core().draw_text(mat, cString(text), x, y, fontScale, ...color, thickness, ...error),
    );
  }

  /** Frees the pixels, now or when the call that works on them returns. Twice is once. */
  release(): void {
    void this.#native.release();
  }

  /** The same as {@linkcode release}, for `using`. */
  [Symbol.dispose](): void {
    this.release();
  }
}
