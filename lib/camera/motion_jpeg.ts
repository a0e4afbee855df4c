/**
 * Files and streams that are one JPEG after another already.
 *
 * @module
 */

import {
  CAP_PROP_FORMAT,
  CAP_PROP_FOURCC,
  CAP_PROP_ORIENTATION_META,
  fourccName,
  type VideoCapture,
} from "../opencv/mod.ts";
import type { PixelFormat } from "./source.ts";

/** How AVI, FFmpeg itself, and QuickTime call Motion JPEG. */
const MOTION_JPEG = ["mjpg", "mjpe", "jpeg"];

/** The value of `CAP_PROP_FORMAT` that has FFmpeg hand out what it would decode. */
const UNDECODED = -1;

/**
 * Asks a file or stream for its JPEGs as they are, and tells what it will now give. One whose
 * pictures are to be turned stays decoded: OpenCV would turn the bytes.
 */
export function withoutDecoding(capture: VideoCapture): Extract<PixelFormat, "mjpg" | "bgr"> {
  const isMotionJpeg = capture.getBackendName() === "FFMPEG" &&
    MOTION_JPEG.includes(fourccName(capture.get(CAP_PROP_FOURCC)).toLowerCase()) &&
    capture.get(CAP_PROP_ORIENTATION_META) === 0;
  return isMotionJpeg && capture.set(CAP_PROP_FORMAT, UNDECODED) ? "mjpg" : "bgr";
}
