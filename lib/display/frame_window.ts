/**
 * A window that shows what a source delivers.
 *
 * @module
 */

import { Mat, yuvToBgr } from "../opencv/mod.ts";
import { PictureWindow, type PictureWindowOptions } from "./picture_window.ts";
import type { RawFrame } from "../channel/camera_feed.ts";

/** The window `frame`, of the host's preview and of the demo. */
export class FrameWindow implements Disposable {
  readonly #window: PictureWindow;
  /** A raw frame's picture. */
  readonly #bgr: Mat;

  /**
   * @param options what is called when it ends
   * @throws {CaptureVideoError} `bridge-unavailable`, when no window can be opened
   */
  constructor(options: PictureWindowOptions) {
    this.#window = new PictureWindow("frame", options);
    this.#bgr = new Mat();
  }

  /**
   * Shows a frame; nothing happens once the window is closed.
   *
   * @throws {TypeError} it is a JPEG: those must have been decoded
   */
  show({ mat, pixelFormat }: Pick<RawFrame, "mat" | "pixelFormat">): void {
    if (pixelFormat === "mjpg") throw new TypeError("Cannot show a JPEG: it is not decoded");
    if (pixelFormat === "bgr") return this.#window.show(mat);
    yuvToBgr(mat, pixelFormat, this.#bgr);
    this.#window.show(this.#bgr);
  }

  /** Closes the window. Idempotent. */
  [Symbol.dispose](): void {
    this.#window[Symbol.dispose]();
    this.#bgr.release();
  }
}
