/**
 * Words on a picture.
 *
 * @module
 */

import { type Color, getTextSize, type Mat } from "../opencv/mod.ts";

const MARGIN_PIXELS = 8;
const BOX: Color = [32, 32, 32];

/** Draws lines of text on a dark box, in a size that fits the picture and the place. */
export function drawCaption(
  picture: Mat,
  lines: string[],
  options: { place: "corner" | "middle" },
): void {
  const fontScale = Math.max(0.4, picture.rows / (options.place === "middle" ? 600 : 1000));
  const thickness = Math.max(1, Math.round(fontScale * 1.5));
  const sizes = lines.map((line) => getTextSize(line, { fontScale, thickness }));
  const lineHeight = Math.max(...sizes.map(({ height }) => height)) + MARGIN_PIXELS;
  const width = Math.max(...sizes.map((size) => size.width)) + 2 * MARGIN_PIXELS;
  const height = lines.length * lineHeight + MARGIN_PIXELS;
  const middle = options.place === "middle";
  const left = middle ? Math.max(0, Math.round((picture.cols - width) / 2)) : MARGIN_PIXELS;
  const top = middle ? Math.max(0, Math.round((picture.rows - height) / 2)) : 2 * MARGIN_PIXELS;

  picture.drawRectangle({ x: left, y: top }, { x: left + width, y: top + height }, BOX);
  for (const [index, line] of lines.entries()) {
    const origin = { x: left + MARGIN_PIXELS, y: top + (index + 1) * lineHeight };
    picture.putText(line, origin, { fontScale, thickness });
  }
}
