/**
 * Words on a picture.
 *
 * @module
 */

import {
  type Color,
  getTextSize,
  type Mat,
  type Rectangle,
  type TextOptions,
} from "../opencv/mod.ts";

const MARGIN_PIXELS = 8;
const BOX: Color = [32, 32, 32];

/** Where the words stand. */
export interface CaptionOptions {
  place: "corner" | "middle";
  /** The part of the picture that they belong to; all of it when left out. */
  within?: Rectangle;
}

/** Draws lines of text on a dark box, in a size that fits the picture and the place. */
export function drawCaption(picture: Mat, lines: string[], options: CaptionOptions): void {
  const { within = { x: 0, y: 0, width: picture.cols, height: picture.rows } } = options;
  const wanted = Math.max(0.4, within.height / (options.place === "middle" ? 600 : 1000));
  const room = within.width - 4 * MARGIN_PIXELS;
  const { width: longest } = sizeOfAll(lines, { fontScale: wanted, thickness: 1 });
  const fontScale = Math.max(0.3, wanted * Math.min(1, room / longest));
  const thickness = Math.max(1, Math.round(fontScale * 1.5));
  const size = sizeOfAll(lines, { fontScale, thickness });
  const lineHeight = size.height + MARGIN_PIXELS;
  const width = size.width + 2 * MARGIN_PIXELS;
  const height = lines.length * lineHeight + MARGIN_PIXELS;
  const middle = options.place === "middle";
  const left = within.x +
    (middle ? Math.max(0, Math.round((within.width - width) / 2)) : MARGIN_PIXELS);
  const top = within.y +
    (middle ? Math.max(0, Math.round((within.height - height) / 2)) : 2 * MARGIN_PIXELS);

  picture.drawRectangle({ x: left, y: top }, { x: left + width, y: top + height }, BOX);
  for (const [index, line] of lines.entries()) {
    const origin = { x: left + MARGIN_PIXELS, y: top + (index + 1) * lineHeight };
    picture.putText(line, origin, { fontScale, thickness });
  }
}

/** The size of the box that has room for each of the lines. */
function sizeOfAll(lines: string[], options: TextOptions): { width: number; height: number } {
  const sizes = lines.map((line) => getTextSize(line, options));
  return {
    width: Math.max(...sizes.map(({ width }) => width)),
    height: Math.max(...sizes.map(({ height }) => height)),
  };
}
