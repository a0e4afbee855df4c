/**
 * OpenCV's own numbers under OpenCV's own names.
 *
 * @module
 */

/** One byte a pixel. */
export const CV_8UC1 = 0;
/** Three bytes a pixel: blue, green, red. */
export const CV_8UC3 = 16;

/** Any backend that can open the source. */
export const CAP_ANY = 0;
/** Video4Linux: cameras on Linux. */
export const CAP_V4L2 = 200;
/** GStreamer: pipelines. */
export const CAP_GSTREAMER = 1800;
/** FFmpeg: files and network streams. */
export const CAP_FFMPEG = 1900;

/** Position in a file, or the time stamp of the frame, in ms. */
export const CAP_PROP_POS_MSEC = 0;
/** Width of a frame in pixels. */
export const CAP_PROP_FRAME_WIDTH = 3;
/** Height of a frame in pixels. */
export const CAP_PROP_FRAME_HEIGHT = 4;
/** Frames per second. */
export const CAP_PROP_FPS = 5;
/** The four characters that name the pixel format, as one number; see {@linkcode fourcc}. */
export const CAP_PROP_FOURCC = 6;
/** Frames in a file. */
export const CAP_PROP_FRAME_COUNT = 7;
/** Type of the Mats that come out; -1 asks for undecoded packets. */
export const CAP_PROP_FORMAT = 8;
/** 1: frames come out as BGR; 0: as the camera gave them. */
export const CAP_PROP_CONVERT_RGB = 16;
/** How the stream says it is rotated, in degrees. */
export const CAP_PROP_ORIENTATION_META = 48;
/** Whether frames are turned accordingly. */
export const CAP_PROP_ORIENTATION_AUTO = 49;

/** A quarter turn to the right. */
export const ROTATE_90_CLOCKWISE = 0;
/** Upside down. */
export const ROTATE_180 = 1;
/** A quarter turn to the left. */
export const ROTATE_90_COUNTERCLOCKWISE = 2;

/** For `flipTo`: top becomes bottom. */
export const FLIP_VERTICAL = 0;
/** For `flipTo`: left becomes right. */
export const FLIP_HORIZONTAL = 1;

/** Four characters, such as `MJPG`, as the number that `CAP_PROP_FOURCC` takes. */
export function fourcc(characters: string): number {
  const codes = [...characters].map((character) => character.charCodeAt(0));
  if (codes.length !== 4 || codes.some((code) => code > 0xff)) {
    throw new RangeError(
      `Cannot make a pixel format of ${JSON.stringify(characters)}: it is not four characters`,
    );
  }
  return codes.reduceRight((number, code) => (number << 8) | code, 0) >>> 0;
}

/** The other way round: `MJPG` of the number, without spaces at the end; empty of 0. */
export function fourccName(code: number): string {
  if (code === 0) return "";
  return String.fromCharCode(...[0, 8, 16, 24].map((shift) => (code >>> shift) & 0xff)).trimEnd();
}
