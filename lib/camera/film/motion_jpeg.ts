/**
 * Files and streams that are one JPEG after another already.
 *
 * OpenCV never decodes them: its way over FFmpeg takes the process down where the subsampling
 * changes in mid-stream. They are taken as they are, and decoded by our own decoder where pixels
 * are needed.
 *
 * @module
 */

import * as cv from "../../opencv/mod.ts";
import { hasEvenPictures } from "./avi_index.ts";

/** How AVI, FFmpeg itself, and QuickTime call Motion JPEG. */
const MOTION_JPEG = ["mjpg", "mjpe", "jpeg"];

/** The value of `CAP_PROP_FORMAT` that has FFmpeg hand out what it would decode. */
const UNDECODED = -1;

/** Asks a stream for its JPEGs as they are, and says what it will give now. */
export function withoutDecoding(capture: cv.VideoCapture): "mjpg" | "bgr" {
  return isMotionJpeg(capture) && capture.set(cv.CAP_PROP_FORMAT, UNDECODED) ? "mjpg" : "bgr";
}

/**
 * The same for a film. Containers have many more names for Motion JPEG, some of them shared with
 * other codecs (`mp4v`), and there are relatives that only FFmpeg decodes, so the film is opened once
 * more to look at its first picture.
 */
export async function filmWithoutDecoding(
  capture: cv.VideoCapture,
  reopen: () => Promise<cv.VideoCapture>,
): Promise<"mjpg" | "bgr"> {
  if (capture.getBackendName() !== "FFMPEG") return "bgr";
  if (isMotionJpeg(capture)) return withoutDecoding(capture);
  await using again = await reopen();
  using first = new cv.Mat();
  const isJpegs = again.set(cv.CAP_PROP_FORMAT, UNDECODED) && await again.readAsync(first) &&
    await isJpeg(first.getData());
  return isJpegs && capture.set(cv.CAP_PROP_FORMAT, UNDECODED) ? "mjpg" : "bgr";
}

/**
 * Whether the times of the pictures get lost when they are taken undecoded. In AVI they have none
 * but the film's rate, unless pictures were left out.
 */
export async function hidesTimes(
  capture: cv.VideoCapture,
  path: string | undefined,
): Promise<boolean> {
  const isAvi = cv.fourccName(capture.get(cv.CAP_PROP_FOURCC)) === "MJPG";
  return !isAvi || path === undefined || !await hasEvenPictures(path);
}

async function isJpeg(bytes: Uint8Array): Promise<boolean> {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return false;
  await using decoder = new cv.JpegDecoder();
  using picture = new cv.Mat();
  return await decoder.decode(bytes, picture).then(() => true, () => false);
}

function isMotionJpeg(capture: cv.VideoCapture): boolean {
  return capture.getBackendName() === "FFMPEG" &&
    MOTION_JPEG.includes(cv.fourccName(capture.get(cv.CAP_PROP_FOURCC)).toLowerCase());
}
