/**
 * A window with a picture, for any of the programs. Main thread only: the toolkits demand it.
 *
 * @module
 */

import { namesDisplay } from "../cli/environment.ts";
import { CaptureVideoError } from "../flow/errors.ts";
import { type Mat, NativeWindow, type Point, type WindowMetrics } from "../opencv/mod.ts";

/**
 * When an idle window is given time for keys and repainting, in milliseconds: longer than a picture
 * of a live stream takes.
 */
const IDLE_AFTER_MS = 40;

/** Options of a {@linkcode PictureWindow}. */
export interface PictureWindowOptions {
  /**
   * Called with each key pressed but `q`, as `WindowEvent` has it.
   *
   * @returns `true` for an Escape that is not to close the window
   */
  onKey?: (key: string) => boolean | void;
  /** Called with the place of each click, from the window's top left corner. */
  onClick?: (at: Point) => void;
  /** Called once, when the user pressed `q` or Escape or closed the window. */
  onClose: () => void;
  /** Called once, when the display went away and the window with it. */
  onLost: (error: CaptureVideoError) => void;
}

/**
 * One window.
 *
 * - Life: it opens in the constructor, and answers keys and repaints until it is closed.
 * - Time: {@linkcode show} returns when the picture is on screen.
 */
export class PictureWindow implements Disposable {
  readonly #window: NativeWindow;
  readonly #options: PictureWindowOptions;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #open = true;

  /** @throws {CaptureVideoError} `bridge-unavailable`, when there is no display to open it on */
  constructor(name: string, options: PictureWindowOptions) {
    this.#options = options;
    this.#window = new NativeWindow(name);
    this.#attendWhenIdle();
  }

  /**
   * Shows a picture; nothing happens once the window is closed.
   *
   * @param options `placeholder`: it is no picture of the stream, and the window keeps its size
   */
  show(picture: Mat, options?: { placeholder?: boolean }): void {
    this.#use((window) => {
      window.show(picture, options);
      this.#attend();
    });
  }

  /**
   * Shows a picture at its place, as large as it is. What the user does is not passed on meanwhile.
   *
   * @returns whether it is on screen, or on its way
   */
  showAt(picture: Mat, at: Point): boolean {
    return this.#use((window) => window.showAt(picture, at)) ?? false;
  }

  /** Asks for a size in pixels, as far as the screen has room and the user has given it no other. */
  preferSize(size: { readonly width: number; readonly height: number }): void {
    this.#use((window) => window.preferSize(size));
  }

  /** How large it is now; `undefined` once it is closed. */
  get metrics(): WindowMetrics | undefined {
    return this.#use((window) => window.metrics);
  }

  /** Fills the screen with the picture, or takes it back into a window. */
  toggleFullscreen(): void {
    this.#use((window) => window.toggleFullscreen());
  }

  /** Closes the window. Idempotent. */
  [Symbol.dispose](): void {
    if (!this.#open) return;
    this.#open = false;
    clearTimeout(this.#idle);
    this.#window[Symbol.dispose]();
  }

  /** Lets the window repaint, and passes on what the user did. */
  #attend(): void {
    this.#attendWhenIdle();
    this.#use((window) => {
      while (this.#open) {
        const event = window.nextEvent();
        if (event === undefined) return;
        if (event === "closed") return this.#end();
        if ("click" in event) this.#options.onClick?.(event.click);
        else if (event.key === "q") return this.#end();
        else if (!this.#options.onKey?.(event.key) && event.key === "Escape") return this.#end();
      }
    });
  }

  #attendWhenIdle(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#attend(), IDLE_AFTER_MS);
  }

  #use<T>(use: (window: NativeWindow) => T): T | undefined {
    if (!this.#open) return undefined;
    try {
      return use(this.#window);
    } catch (error) {
      if (!(error instanceof CaptureVideoError) || error.code !== "display-lost") throw error;
      if (!this.#open) return undefined;
      this[Symbol.dispose]();
      this.#options.onLost(error);
      return undefined;
    }
  }

  #end(): void {
    if (!this.#open) return;
    this[Symbol.dispose]();
    this.#options.onClose();
  }
}

/** Whether a window could be opened, as far as the environment tells. */
export function hasDisplay(): boolean {
  if (Deno.build.os === "windows") return false; // without the bridge there is none
  return Deno.build.os !== "linux" || namesDisplay();
}
