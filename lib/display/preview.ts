/**
 * The host's own window.
 *
 * @module
 */

import type { Channel } from "../channel/channel.ts";
import type { PixelSink } from "../channel/sink.ts";
import { log } from "../cli/log.ts";
import { CaptureVideoError } from "../flow/errors.ts";
import type { Mat } from "../opencv/mod.ts";
import { hasDisplay, PictureWindow } from "./picture_window.ts";

/** The window `frame`, which shows a channel's pictures for as long as there is a display. */
class Preview implements PixelSink, Disposable {
  readonly takes = "pixels";
  readonly #window: PictureWindow;
  readonly #subscription: Disposable;

  constructor(channel: Channel, onClose: () => void) {
    this.#window = new PictureWindow("frame", {
      onClose,
      onLost: ({ message }) => {
        log.warn(`no preview any more: ${message}`);
        this.#subscription[Symbol.dispose]();
      },
    });
    this.#subscription = channel.subscribe(this);
  }

  offer(picture: Mat): void {
    this.#window.show(picture);
  }

  /** The window shows what there is. */
  state(): void {}

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]();
    this.#window[Symbol.dispose]();
  }
}

/**
 * Opens the preview.
 *
 * @param requested `undefined` shows it where there is a display, and does without where there is
 * none
 * @throws {CaptureVideoError} `bridge-unavailable`, when it was asked for and cannot be opened
 */
export function openPreview(
  channel: Channel,
  requested: boolean | undefined,
  onClose: () => void,
): Disposable | undefined {
  if (!(requested ?? hasDisplay())) return undefined;
  try {
    return new Preview(channel, onClose);
  } catch (error) {
    if (requested || !(error instanceof CaptureVideoError)) throw error;
    log.warn(`no preview: ${error.message}`);
    return undefined;
  }
}
