/**
 * Points, sizes and colours, as the drawing calls take them.
 *
 * @module
 */

/** A place on a picture in pixels, from its top left corner. */
export interface Point {
  /** Columns from the left. */
  readonly x: number;
  /** Rows from the top. */
  readonly y: number;
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

/** The room a text takes. */
export interface TextSize {
  /** The box above the base line, in pixels. */
  readonly size: { readonly width: number; readonly height: number };
  /** What reaches below the base line, in pixels. */
  readonly baseLine: number;
}
