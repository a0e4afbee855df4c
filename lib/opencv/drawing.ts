/**
 * What is drawn on pictures: where, in which colour, and how much room a text takes.
 *
 * @module
 */

import { checked, core, cString } from "./ffi.ts";

/** A place on a picture in pixels, from its top left corner. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A part of a picture, in pixels: its top left corner, and its size. */
export interface Rectangle extends Point {
  readonly width: number;
  readonly height: number;
}

/** Blue, green and red, each 0 to 255, in OpenCV's order. */
export type Color = readonly [blue: number, green: number, red: number];

/** How a text is drawn. */
export interface TextOptions {
  /** Height, where 1 is about 22 pixels for a capital letter. */
  readonly fontScale?: number;
  /** Default: white. */
  readonly color?: Color;
  /** Of the strokes, in pixels. */
  readonly thickness?: number;
}

const size = new Int32Array(2);

/**
 * The box above the base line, in pixels, that `text` would fill if {@linkcode Mat.putText} drew it
 * with the same options.
 */
export function getTextSize(
  text: string,
  options: TextOptions = {},
): { width: number; height: number } {
  const { fontScale = 1, thickness = 1 } = options;
  checked("measure a text", core().text_size, cString(text), fontScale, thickness, size);
  return { width: size[0]!, height: size[1]! };
}
