/**
 * A window by OpenCV's own toolkit, where there is no X11: on macOS.
 *
 * @module
 */

import {
  destroyWindow,
  getWindowProperty,
  imshow,
  type Mat,
  namedWindow,
  setWindowProperty,
  waitKey,
  WINDOW_FULLSCREEN,
  WINDOW_GUI_NORMAL,
  WINDOW_KEEPRATIO,
  WINDOW_NORMAL,
  type WindowEvent,
  WND_PROP_FULLSCREEN,
  WND_PROP_VISIBLE,
} from "../opencv/mod.ts";

/** Escape, as the toolkits number keys. */
const ESCAPE = 27;

/** One window, with the calls of an `X11Window`. */
export class HighguiWindow implements Disposable {
  readonly #name: string;
  #fullscreen = false;

  /**
   * @param name the window's name and title
   * @throws {CaptureVideoError} `bridge-unavailable`, when it cannot be opened
   */
  constructor(name: string) {
    this.#name = name;
    namedWindow(name, WINDOW_NORMAL | WINDOW_KEEPRATIO | WINDOW_GUI_NORMAL);
  }

  /** Shows a picture; nothing happens once the user has closed the window. */
  show(picture: Mat): void {
    // A window that was closed would open again.
    if (this.#isVisible()) imshow(this.#name, picture);
  }

  /** What the user did next; `undefined` when there is nothing more. */
  nextEvent(): WindowEvent | undefined {
    if (!this.#isVisible()) return "closed";
    const code = waitKey(1);
    if (code === -1) return undefined;
    return { key: code === ESCAPE ? "Escape" : String.fromCharCode(code).toLowerCase() };
  }

  /** Fills the screen with the window, or takes it back. */
  toggleFullscreen(): void {
    this.#fullscreen = !this.#fullscreen;
    const mode = this.#fullscreen ? WINDOW_FULLSCREEN : WINDOW_NORMAL;
    setWindowProperty(this.#name, WND_PROP_FULLSCREEN, mode);
  }

  /** Closes the window. Idempotent. */
  [Symbol.dispose](): void {
    if (this.#isVisible()) destroyWindow(this.#name);
  }

  #isVisible(): boolean {
    return getWindowProperty(this.#name, WND_PROP_VISIBLE) >= 1;
  }
}
