/**
 * The host's own window.
 *
 * @module
 */

import { log } from "../cli/log.ts";
import { CaptureVideoError } from "../errors.ts";
import { hasDisplay, PictureWindow } from "../picture_window.ts";

/**
 * Opens the preview, a window named `frame`.
 *
 * @param wished `undefined` shows it where there is a display, and does without where there is none
 * @param onClose called when the user closes it
 * @throws {CaptureVideoError} `bridge-unavailable`, when it was asked for and cannot be opened
 */
export function openPreview(
  wished: boolean | undefined,
  onClose: () => void,
): PictureWindow | undefined {
  if (!(wished ?? hasDisplay())) return undefined;
  try {
    return new PictureWindow("frame", { onClose });
  } catch (error) {
    if (wished || !(error instanceof CaptureVideoError)) throw error;
    log.warn(`no preview: ${error.message}`);
    return undefined;
  }
}
