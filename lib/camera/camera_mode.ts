/**
 * Which of a camera's pixel formats to ask for.
 *
 * @module
 */

import type { SourceOptions } from "./source.ts";
import type { CameraFormat, Range } from "./v4l2/driver.ts";

/** What is requested of a camera. */
export interface CameraRequest extends SourceOptions {
  /** A pixel format's four characters in any case, or `auto`. */
  format: string;
}

/** Raw formats that are compressed without a detour, the better first. */
const RAW_FORMATS = ["YUYV", "NV12"];

/** A rate this close to the request reaches it: 29.97 is 30. */
const CLOSE_ENOUGH = 0.99;

/**
 * Chooses a format: the one that was named, or of those that reach the requested rate at the
 * requested size a raw one before MJPEG; where none does, the fastest.
 *
 * @returns four characters; `undefined` to leave it to the driver
 */
export function chooseFormat(
  offered: readonly CameraFormat[],
  request: CameraRequest,
): string | undefined {
  if (request.format !== "auto") return request.format.toUpperCase();
  const known = [...RAW_FORMATS, "MJPG"].flatMap((fourcc) => {
    const format = offered.find((offer) => offer.fourcc === fourcc);
    return format ? [{ fourcc, fps: reachableFps(format, request) }] : [];
  });
  const good = known.find(({ fps }) => fps >= request.fps * CLOSE_ENOUGH);
  return (good ?? known.toSorted((a, b) => b.fps - a.fps)[0])?.fourcc;
}

/** The highest rate at the requested size; 0 where that size is not offered. */
function reachableFps({ sizes }: CameraFormat, { width, height }: CameraRequest): number {
  const rates = sizes
    .filter((size) => contains(size.width, width) && contains(size.height, height))
    // A driver that lists a size without rates promises nothing, and refuses nothing.
    .flatMap((size) => size.rates.length > 0 ? size.rates.map(({ max }) => max) : [Infinity]);
  return Math.max(0, ...rates);
}

function contains({ min, max, step }: Range, value: number): boolean {
  return value >= min && value <= max && (step <= 1 || (value - min) % step === 0);
}
