/**
 * Which way up the pictures of a film are.
 *
 * @module
 */

import * as cv from "../../opencv/mod.ts";
import type { PictureSize } from "../../jpeg/markers.ts";
import type { Turn } from "../source.ts";

/** Counts the other way round: the one version that turns films upside down. */
const COUNTERCLOCKWISE_VERSION = "4.6.0";

/**
 * Has OpenCV leave the pictures as they are stored: it turns undecoded bytes too, one version turns
 * the wrong way, and from 4.11 on none does by itself.
 *
 * @returns by how many degrees clockwise they are to be turned to stand upright; what is no quarter
 * turn counts as none
 */
export function takeOverTurning(capture: cv.VideoCapture): Turn {
  if (capture.getBackendName() !== "FFMPEG") return 0;
  capture.set(cv.CAP_PROP_ORIENTATION_AUTO, 0);
  return clockwise(capture.get(cv.CAP_PROP_ORIENTATION_META), cv.openCvVersion());
}

/** The size of pictures once they are turned. */
export function uprightSize(capture: cv.VideoCapture, turn: Turn): PictureSize {
  const width = capture.get(cv.CAP_PROP_FRAME_WIDTH);
  const height = capture.get(cv.CAP_PROP_FRAME_HEIGHT);
  return turn % 180 === 0 ? { width, height } : { width: height, height: width };
}

/** What a version of OpenCV means by an orientation, in degrees clockwise. */
export function clockwise(orientation: number, version: string): Turn {
  const degrees = version === COUNTERCLOCKWISE_VERSION ? -orientation : orientation;
  const turn = ((degrees % 360) + 360) % 360;
  return turn === 90 || turn === 180 || turn === 270 ? turn : 0;
}
