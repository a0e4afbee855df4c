/**
 * A window with a picture: on an X server, where there is none by OpenCV's toolkit. Main thread
 * only: the toolkits demand it.
 *
 * @example
 * ```ts ignore
 * import { Mat, NativeWindow } from "./mod.ts";
 *
 * using picture = new Mat(720, 1280);
 * using window = new NativeWindow("frame");
 * window.show(picture);
 * console.log(window.nextEvent());
 * ```
 * @module
 */

import { CaptureVideoError } from "../flow/errors.ts";
import { cString, errorText, failure, textOf, windows } from "./ffi.ts";
import type { Mat } from "./mat.ts";
import { STATUS_DISPLAY_LOST } from "./symbols.ts";

/**
 * Asks the display whether there could be a window.
 *
 * @throws {CaptureVideoError} `bridge-unavailable`: there could not
 */
export function checkDisplay(): void {
  const error = errorText();
  if (windows().window_check_display(error) !== 0) throw noWindow(error);
}

/** What the user does in a window: a key's character, or closing it. */
export type WindowEvent = { key: string } | "closed";

/**
 * One window.
 *
 * - Size: that of the largest picture shown so far, as far as the screen has room, until the user
 *   gives it another. A picture of another size fills it with its aspect kept, in black.
 * - Time: {@linkcode show} returns when the picture is on screen. A server that is slower than
 *   20 ms gets no further picture meanwhile; those are left out.
 * - Keys are a US keyboard's small letters, space and Escape: a Latin letter by its name, where the
 *   layout has another script by its place.
 * - A server that goes away is an error of the next call, never the end of the process.
 */
export class NativeWindow implements Disposable {
  readonly #calls = windows();
  readonly #error = errorText();
  readonly #event = new Int32Array(1);
  #pointer: Deno.PointerObject | null;

  /** @throws {CaptureVideoError} `bridge-unavailable`: there is no display, or no library for it */
  constructor(name: string) {
    const error = this.#error;
    this.#pointer = this.#calls.window_open(error, cString(name));
    if (this.#pointer === null) throw noWindow(error);
  }

  /**
   * Shows a picture, BGR or grey.
   *
   * @param placeholder it is no picture of the stream, and the window keeps its size
   * @throws {CaptureVideoError} `display-lost`
   */
  show(picture: Mat, { placeholder = false }: { placeholder?: boolean } = {}): void {
    const mat = picture.native.forReading();
    this.#checked(this.#calls.window_show, mat, Number(placeholder));
  }

  /**
   * What the user did next; `undefined` when there is nothing more. Repaints where that is due.
   *
   * @throws {CaptureVideoError} `display-lost`
   */
  nextEvent(): WindowEvent | undefined {
    this.#checked(this.#calls.window_next_event, this.#event);
    const event = this.#event[0]!;
    if (event === 0) return undefined;
    return event < 0 ? "closed" : { key: event === 27 ? "Escape" : String.fromCharCode(event) };
  }

  /**
   * Fills the screen with the window, or takes it back.
   *
   * @throws {CaptureVideoError} `display-lost`
   */
  toggleFullscreen(): void {
    this.#checked(this.#calls.window_toggle_fullscreen);
  }

  /** Closes the window. Idempotent; every other call then throws. */
  [Symbol.dispose](): void {
    if (this.#pointer !== null) this.#calls.window_close(this.#pointer);
    this.#pointer = null;
  }

  #checked<Args extends unknown[]>(
    call: (error: Uint8Array<ArrayBuffer>, window: Deno.PointerObject, ...args: Args) => number,
    ...args: Args
  ): void {
    if (this.#pointer === null) {
      throw new Deno.errors.BadResource("Cannot use the window: it was closed");
    }
    const status = call(this.#error, this.#pointer, ...args);
    if (status >= 0) return;
    const code = status === STATUS_DISPLAY_LOST ? "display-lost" : "opencv";
    throw failure(code, "show the picture", this.#error);
  }
}

function noWindow(error: Uint8Array): CaptureVideoError {
  const advice = "set DISPLAY, or use --no-window (guest) or --no-preview (host)";
  return new CaptureVideoError(
    "bridge-unavailable",
    `Cannot open a window: ${textOf(error)}; ${advice}`,
  );
}
