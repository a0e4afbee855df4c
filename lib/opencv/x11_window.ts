/**
 * A window with a picture on an X server.
 *
 * @example
 * ```ts ignore
 * import { Mat, X11Window } from "./mod.ts";
 *
 * using picture = new Mat(720, 1280);
 * using window = new X11Window("frame");
 * window.show(picture);
 * console.log(window.nextEvent());
 * ```
 * @module
 */

import { cString, errorText, failure, noWindow, x11 } from "./ffi.ts";
import type { Mat } from "./mat.ts";
import { STATUS_DISPLAY_LOST } from "./symbols.ts";

/**
 * Asks the display whether there could be a window.
 *
 * @throws {CaptureVideoError} `bridge-unavailable`: there could not
 */
export function checkX11Display(): void {
  const error = errorText();
  if (x11().x11_check_display(error, error.length) !== 0) throw noWindow(error);
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
export class X11Window implements Disposable {
  readonly #calls = x11();
  readonly #error = errorText();
  readonly #event = new Int32Array(1);
  #pointer: Deno.PointerObject | null;

  /**
   * @param name the window's title
   * @throws {CaptureVideoError} `bridge-unavailable`: there is no display, or no library for it
   */
  constructor(name: string) {
    const error = this.#error;
    this.#pointer = this.#calls.x11_window_open(cString(name), error, error.length);
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
    this.#checked((...error) =>
      this.#calls.x11_window_show(this.#pointer, mat, Number(placeholder), ...error)
    );
  }

  /**
   * What the user did next; `undefined` when there is nothing more. Repaints where that is due.
   *
   * @throws {CaptureVideoError} `display-lost`
   */
  nextEvent(): WindowEvent | undefined {
    this.#checked((...error) =>
      this.#calls.x11_window_next_event(this.#pointer, this.#event, ...error)
    );
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
    this.#checked((...error) => this.#calls.x11_window_toggle_fullscreen(this.#pointer, ...error));
  }

  /** Closes the window. Idempotent; every other call then throws. */
  [Symbol.dispose](): void {
    if (this.#pointer !== null) this.#calls.x11_window_close(this.#pointer);
    this.#pointer = null;
  }

  #checked(call: (error: Uint8Array<ArrayBuffer>, errorBytes: number) => number): void {
    if (this.#pointer === null) {
      throw new Deno.errors.BadResource("Cannot use the window: it was closed");
    }
    const status = call(this.#error, this.#error.length);
    if (status >= 0) return;
    const code = status === STATUS_DISPLAY_LOST ? "display-lost" : "opencv";
    throw failure(code, "show the picture", this.#error);
  }
}
