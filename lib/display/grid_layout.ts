/**
 * Where the tiles of a grid stand in its window.
 *
 * @example
 * ```ts
 * import { layOut } from "./grid_layout.ts";
 *
 * const places = layOut([4 / 3, 4 / 3], { width: 1280, height: 500, bar: 20, gap: 4 });
 * console.assert(places[1]?.x === 642 && places[1].y === 0);
 * ```
 * @module
 */

import type { Rectangle } from "../opencv/mod.ts";

/** The room for a grid. */
export interface GridRoom {
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** Above each picture stand its name and state, so high, in pixels. */
  readonly bar: number;
  /** Between two tiles, in pixels. */
  readonly gap: number;
}

/**
 * The tiles' places: as many columns as give the pictures most of the room, the first tile at the
 * top left; the last row stands in the middle where it is shorter.
 *
 * @param aspects width by height of each tile's picture
 */
export function layOut(aspects: readonly number[], room: GridRoom): Rectangle[] {
  let best: { places: Rectangle[]; pixels: number } | undefined;
  for (let columns = 1; columns <= aspects.length; columns++) {
    const places = inColumns(aspects.length, columns, room);
    const pixels = places.reduce(
      (sum, place, index) => sum + fittedPixels(aspects[index]!, pictureRoom(place, room.bar)),
      0,
    );
    if (!best || pixels > best.pixels) best = { places, pixels };
  }
  return best?.places ?? [];
}

/** The part of a tile that is its picture's, below the bar. */
export function pictureRoom({ x, y, width, height }: Rectangle, bar: number): Rectangle {
  return { x, y: y + bar, width, height: Math.max(1, height - bar) };
}

/** Where a picture stands in its room: as large as that allows, in the middle. */
export function fit(
  picture: { readonly width: number; readonly height: number },
  room: Rectangle,
): Rectangle {
  const scale = Math.min(room.width / picture.width, room.height / picture.height);
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  const x = room.x + Math.trunc((room.width - width) / 2);
  const y = room.y + Math.trunc((room.height - height) / 2);
  return { x, y, width, height };
}

function inColumns(count: number, columns: number, room: GridRoom): Rectangle[] {
  const { gap } = room;
  const rows = Math.ceil(count / columns);
  const width = Math.max(1, Math.floor((room.width - gap * (columns - 1)) / columns));
  const height = Math.max(1, Math.floor((room.height - gap * (rows - 1)) / rows));
  const missing = columns * rows - count;
  return Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / columns);
    const indent = row === rows - 1 ? Math.floor(missing * (width + gap) / 2) : 0;
    const x = indent + (index % columns) * (width + gap);
    return { x, y: row * (height + gap), width, height };
  });
}

function fittedPixels(aspect: number, { width, height }: Rectangle): number {
  const shownWidth = Math.min(width, height * aspect);
  return shownWidth * shownWidth / aspect;
}
