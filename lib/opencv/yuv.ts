/**
 * Raw frames: luma and chroma as cameras deliver them and as JPEG has them inside.
 *
 * @module
 */

import { checked, core } from "./ffi.ts";
import type { Mat } from "./mat.ts";

/**
 * How the bytes of a raw frame lie: `yuyv` and `nv12` as cameras deliver them, in studio swing (luma
 * 16 to 235), `yuvj420p` three planes, 4:2:0, in JPEG's full range. The names are FFmpeg's; the order
 * is that of `native/yuv.h`.
 *
 * A Mat has `yuyv` in two channels, and the others in one with half as many rows again.
 */
export const YUV_LAYOUTS = ["yuyv", "nv12", "yuvj420p"] as const;

/** One of {@linkcode YUV_LAYOUTS}. */
export type YuvLayout = typeof YUV_LAYOUTS[number];

/** The number that native calls take. */
export function layoutNumber(layout: YuvLayout): number {
  const number = YUV_LAYOUTS.indexOf(layout);
  if (number < 0) throw new TypeError(`Cannot take a raw frame: its layout ${layout} is unknown`);
  return number;
}

/**
 * Converts a raw frame into a BGR picture.
 *
 * @throws {CaptureVideoError} `opencv`: the Mat has another shape than such a frame
 */
export function yuvToBgr(frame: Mat, layout: YuvLayout, into: Mat): void {
  const number = layoutNumber(layout);
  const from = frame.native.forReading();
  const to = into.native.forWriting();
  checked("convert a raw frame", core().yuv_to_bgr, from, number, to);
}
