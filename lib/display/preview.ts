/**
 * The host's own window.
 *
 * @module
 */

import { FrameWindow } from "./frame_window.ts";
import { log } from "../cli/log.ts";
import { CaptureVideoError } from "../flow/errors.ts";
import { hasDisplay } from "./picture_window.ts";

/**
 * Opens the preview.
 *
 * @param wished `undefined` shows it where there is a display, and does without where there is none
 * @param onClose called when the user closes it
 * @param onLost called when the display went away, and the window with it
 * @throws {CaptureVideoError} `bridge-unavailable`, when it was asked for and cannot be opened
 */
export function openPreview(
  wished: boolean | undefined,
  { onClose, onLost }: { onClose: () => void; onLost: () => void },
): FrameWindow | undefined {
  if (!(wished ?? hasDisplay())) return undefined;
  try {
    return new FrameWindow({
      onClose,
      onLost: ({ message }) => {
        log.warn(`no preview any more: ${message}`);
        onLost();
      },
    });
  } catch (error) {
    if (wished || !(error instanceof CaptureVideoError)) throw error;
    log.warn(`no preview: ${error.message}`);
    return undefined;
  }
}
