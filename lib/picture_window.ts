/**
 * A window with a picture, for any of the programs. Main thread only: the toolkits demand it.
 *
 * @module
 */

import { environmentVariable } from "./cli/environment.ts";
import {
  destroyWindow,
  getWindowProperty,
  imshow,
  type Mat,
  namedWindow,
  setWindowProperty,
  waitKey,
  WINDOW_AUTOSIZE,
  WINDOW_FULLSCREEN,
  WINDOW_GUI_NORMAL,
  WINDOW_NORMAL,
  WND_PROP_FULLSCREEN,
  WND_PROP_VISIBLE,
} from "./opencv/mod.ts";

/**
 * When an idle window is given time for keys and repainting, in milliseconds: longer than a picture
 * of a live stream takes, as one that comes meanwhile would wait.
 */
const IDLE_AFTER_MS = 40;

/** Escape, as the toolkits number keys. */
const ESCAPE = 27;

/** Options of a {@linkcode PictureWindow}. */
export interface PictureWindowOptions {
  /** Called with each key pressed but those that close: a character, as `KeyboardEvent.key` has it. */
  onKey?: (key: string) => void;
  /** Called once, when the user pressed `q` or Escape or closed the window. */
  onClose: () => void;
}

/**
 * One window.
 *
 * - Life: it opens in the constructor, and answers keys and repaints until it is closed.
 * - Time: {@linkcode show} returns when the picture is on screen.
 */
export class PictureWindow implements Disposable {
  readonly #name: string;
  readonly #options: PictureWindowOptions;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #open = true;
  #fullscreen = false;

  /**
   * @param name the window's name and title
   * @throws {CaptureVideoError} `bridge-unavailable`, when there is no display to open it on
   */
  constructor(name: string, options: PictureWindowOptions) {
    this.#name = name;
    this.#options = options;
    namedWindow(name, WINDOW_AUTOSIZE | WINDOW_GUI_NORMAL);
    this.#attendWhenIdle();
  }

  /** Shows a picture; nothing happens once the window is closed. */
  show(picture: Mat): void {
    // A window that was closed would open again.
    if (!this.#open || this.#closedByUser()) return;
    imshow(this.#name, picture);
    this.#attend();
  }

  /** Fills the screen with the picture, or takes it back into a window. */
  toggleFullscreen(): void {
    this.#fullscreen = !this.#fullscreen;
    const mode = this.#fullscreen ? WINDOW_FULLSCREEN : WINDOW_NORMAL;
    setWindowProperty(this.#name, WND_PROP_FULLSCREEN, mode);
  }

  /** Closes the window. Idempotent. */
  [Symbol.dispose](): void {
    if (!this.#open) return;
    this.#open = false;
    clearTimeout(this.#idle);
    if (getWindowProperty(this.#name, WND_PROP_VISIBLE) >= 1) destroyWindow(this.#name);
  }

  /** Lets the toolkit repaint and handle its events, and passes a key on. */
  #attend(): void {
    if (this.#closedByUser()) return;
    this.#attendWhenIdle();
    const code = waitKey(1);
    if (code === -1) return;
    const key = String.fromCharCode(code);
    if (key === "q" || code === ESCAPE) this.#end();
    else this.#options.onKey?.(key);
  }

  #attendWhenIdle(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#attend(), IDLE_AFTER_MS);
  }

  #closedByUser(): boolean {
    if (getWindowProperty(this.#name, WND_PROP_VISIBLE) >= 1) return false;
    this.#end();
    return true;
  }

  #end(): void {
    if (!this.#open) return;
    this[Symbol.dispose]();
    this.#options.onClose();
  }
}

/** Whether a window could be opened, as far as the environment tells. */
export function hasDisplay(): boolean {
  if (Deno.build.os !== "linux") return true;
  return ["DISPLAY", "WAYLAND_DISPLAY"].some((name) => Boolean(environmentVariable(name)));
}
