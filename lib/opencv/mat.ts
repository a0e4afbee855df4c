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
import { checked, core, created, cString } from "./ffi.ts";
import type { Color, Point, Rectangle, TextOptions } from "./drawing.ts";
import { NativeHandle } from "./native_handle.ts";

const WHITE: Color = [255, 255, 255];
const shape = new Int32Array(3);

/**
 * A picture in native memory.
 *
 * - It is owned: {@linkcode release} it, or declare it with `using`. Nothing else frees it.
 * - An empty one costs nothing before its first use, and takes no OpenCV either.
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
   * @param borrowed another's Mat, for {@linkcode borrow} alone
   * @throws {CaptureVideoError} `opencv`: a negative size, or more than there is memory for
   */
  constructor(rows = 0, cols = 0, type: number = CV_8UC3, borrowed?: Deno.PointerObject) {
    const free = (mat: Deno.PointerObject) => borrowed ? undefined : core().mat_release(mat);
    const make = () => created("make a Mat", core().mat_create, rows, cols, type);
    const isEmpty = rows === 0 && cols === 0;
    this.#native = new NativeHandle(borrowed ?? (isEmpty ? make : make()), "the Mat", free);
  }

  /**
   * A view on a Mat that another thread of this process owns; releasing it does nothing. The owner
   * must keep the Mat, and the two must agree on who writes when: no lock reaches across threads.
   */
  static borrow(handle: bigint): Mat {
    const pointer = core().mat_at(handle);
    if (pointer === null) throw new TypeError("Cannot borrow a Mat: its handle is null");
    return new Mat(0, 0, CV_8UC3, pointer);
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

  /** Values a pixel has. */
  get channels(): number {
    return this.#shape(2);
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
    checked("resize a Mat", core().mat_reshape, mat, rows, cols, type);
  }

  /** Copies size, type and pixels into `dst`. */
  copyTo(dst: Mat): void {
    checked("copy a picture", core().mat_copy, ...this.#into(dst));
  }

  /** Resizes into `dst`; meant for making smaller, where it averages. */
  resizeTo(dst: Mat, rows: number, cols: number): void {
    checked("resize a picture", core().mat_resize, ...this.#into(dst), rows, cols);
  }

  /**
   * Resizes into a part of `dst`, which keeps the rest of its pixels.
   *
   * @throws {CaptureVideoError} `opencv`: the part reaches beyond `dst`, or the types differ
   */
  placeIn(dst: Mat, { x, y, width, height }: Rectangle): void {
    checked("place a picture", core().mat_place, ...this.#into(dst), x, y, width, height);
  }

  /** Turns into `dst` by one of the `ROTATE_` codes. */
  rotateTo(dst: Mat, code: number): void {
    checked("rotate a picture", core().mat_rotate, ...this.#into(dst), code);
  }

  /** Mirrors into `dst` by one of the `FLIP_` codes. */
  flipTo(dst: Mat, code: number): void {
    checked("flip a picture", core().mat_flip, ...this.#into(dst), code);
  }

  /** A BGR picture without colour in `dst`, at half of the light: how what is not live looks. */
  dimTo(dst: Mat): void {
    checked("dim a picture", core().mat_dim, ...this.#into(dst));
  }

  #into(dst: Mat): [from: Deno.PointerObject, to: Deno.PointerObject] {
    return [this.#native.forReading(), dst.#native.forWriting()];
  }

  setTo(color: Color): void {
    const mat = this.#native.forWriting();
    checked("fill a picture", core().mat_fill, mat, ...color);
  }

  /** A filled rectangle from corner to corner, both included. */
  drawRectangle(pt0: Point, pt1: Point, color: Color): void {
    const mat = this.#native.forWriting();
    const corners = [pt0.x, pt0.y, pt1.x, pt1.y] as const;
    checked("draw a rectangle", core().draw_rectangle, mat, ...corners, ...color);
  }

  /**
   * Writes a text in OpenCV's stroke font, which has ASCII only: other characters become `?`.
   *
   * @param origin the left end of the base line
   */
  putText(text: string, origin: Point, options: TextOptions = {}): void {
    const { fontScale = 1, color = WHITE, thickness = 1 } = options;
    const mat = this.#native.forWriting();
    const place = [cString(text), origin.x, origin.y] as const;
    checked("draw a text", core().draw_text, mat, ...place, fontScale, ...color, thickness);
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

/**
 * Mats that are used again and again: the page faults of a fresh one cost a third of a decode.
 *
 * - Ownership: a Mat belongs to its taker until it is given back.
 * - Close: frees what is there at once, and what is still out when it is given back.
 */
export class MatPool {
  readonly #free: Mat[] = [];
  #closed = false;

  /** A Mat with any content and size. */
  take(): Mat {
    return this.#free.pop() ?? new Mat();
  }

  give(mat: Mat): void {
    if (this.#closed) mat.release();
    else this.#free.push(mat);
  }

  close(): void {
    this.#closed = true;
    for (const mat of this.#free.splice(0)) mat.release();
  }
}
