/**
 * OpenCV for Deno, as much of it as these programs need, under the names that
 * `@u4/opencv4nodejs` gave it.
 *
 * Nothing is loaded before the first use; `deno task build` makes what is then loaded.
 *
 * @module
 */

export { monotonicMicros, sleepUntil } from "./clock.ts";
export * from "./constants.ts";
export { FilmPace } from "./film_pace.ts";
export {
  type Color,
  getTextSize,
  type Point,
  type Rectangle,
  type TextOptions,
} from "./drawing.ts";
export * from "./image_codec.ts";
export * from "./jpeg_decoder.ts";
export * from "./jpeg_encoder.ts";
export { Mat, MatPool } from "./mat.ts";
export { TestPattern } from "./test_pattern.ts";
export {
  checkDisplay,
  NativeWindow,
  type WindowEvent,
  type WindowMetrics,
} from "./native_window.ts";
export { needOpenCv, openCvVersion } from "./ffi.ts";
export { openCvIsThere } from "./process.ts";
export { pipelineObjection, VideoCapture, type VideoCaptureOptions } from "./video_capture.ts";
export { YUV_LAYOUTS, type YuvLayout, yuvToBgr } from "./yuv.ts";
