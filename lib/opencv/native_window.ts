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
import type { Point } from "./drawing.ts";
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

/**
 * What the user does in a window: a key's character, or the name of one that has none; a click, at
 * its place from the top left corner; or closing it.
 */
export type WindowEvent = { key: string } | { click: Point } | "closed";

/** How large a window is. */
export interface WindowMetrics {
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** By how much the user has what is on the display enlarged. */
  readonly scale: number;
}

/** What the bridge calls them. */
const [CLOSED, CLICKED] = [-1, -2];
const NAMED_KEYS: Readonly<Record<number, string>> = {
  1: "Left",
  2: "Right",
  3: "Up",
  4: "Down",
  27: "Escape",
};

/** What displays have where nobody has set anything else. */
const USUAL_DOTS_PER_INCH = 96;

/**
 * One window.
 *
 * - Pictures: one that fills it, by {@linkcode show}, or several, by {@linkcode showAt}.
 * - Size: that of the largest picture shown so far, as far as the screen has room, until the user
 *   gives it another. A picture of another size fills it with its aspect kept, in black.
 * - Time: {@linkcode show} returns when the picture is on screen. A server that is slower than
 *   20 ms gets no further picture meanwhile; those are left out.
 * - Keys are a US keyboard's small letters, digits, arrows, space and Escape: a Latin letter or a
 *   digit by its name, where the layout has another script or sign by its place.
 * - A server that goes away is an error of the next call, never the end of the process.
 */
export class NativeWindow implements Disposable {
  readonly #calls = windows();
  readonly #error = errorText();
  readonly #numbers = new Int32Array(3);
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
   * Shows a picture at a place of the window, as large as it is; the rest stays as it was, until the
   * window gets another size.
   *
   * @returns whether it is on screen, or on its way; `false` while the display is busy with another
   * @throws {CaptureVideoError} `display-lost`
   */
  showAt(picture: Mat, { x, y }: Point): boolean {
    const mat = picture.native.forReading();
    this.#checked(this.#calls.window_show_at, mat, x, y, this.#numbers);
    return this.#numbers[0] === 1;
  }

  /**
   * Asks for a size in pixels, as far as the screen has room and the user has given it no other.
   *
   * @throws {CaptureVideoError} `display-lost`
   */
  preferSize({ width, height }: { readonly width: number; readonly height: number }): void {
    this.#checked(this.#calls.window_prefer_size, width, height);
  }

  /**
   * How large the window is now.
   *
   * @throws {CaptureVideoError} `display-lost`
   */
  get metrics(): WindowMetrics {
    this.#checked(this.#calls.window_metrics, this.#numbers);
    const [width = 1, height = 1, dotsPerInch = USUAL_DOTS_PER_INCH] = this.#numbers;
    return { width, height, scale: dotsPerInch / USUAL_DOTS_PER_INCH };
  }

  /**
   * What the user did next; `undefined` when there is nothing more. Repaints where that is due.
   *
   * @throws {CaptureVideoError} `display-lost`
   */
  nextEvent(): WindowEvent | undefined {
    this.#checked(this.#calls.window_next_event, this.#numbers);
    const [event = 0, x = 0, y = 0] = this.#numbers;
    if (event === 0) return undefined;
    if (event === CLOSED) return "closed";
    if (event === CLICKED) return { click: { x, y } };
    return { key: NAMED_KEYS[event] ?? String.fromCharCode(event) };
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
