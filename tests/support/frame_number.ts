/**
 * The number of a picture, written into the picture itself so that a machine can read it back.
 *
 * The top 16 rows hold 40 cells of equal width, white for 1 and black for 0: 32 bits of the number,
 * most significant first, then their CRC-8 (polynomial 0x07, initial value 0). It survives JPEG at
 * quality 20 and scaling by half. The test source draws it like this.
 *
 * @module
 */

import type { Mat } from "../../lib/opencv/mod.ts";

/** The height of the strip in pixels. */
export const STRIP_ROWS = 16;
/** How many cells the strip has: 32 bits and their CRC-8. */
export const STRIP_CELLS = 40;
/** The rows whose mean is read: inside the strip also when the picture was scaled by half. */
const READ_ROWS = { from: 2, to: 6 };

/** A picture's pixels: rows of `channels` bytes a pixel, without padding. */
export interface Pixels {
  /** Width in pixels. */
  width: number;
  /** The pixels of at least the top rows. */
  data: Uint8Array;
  /** Bytes a pixel: 3 for BGR and RGB, 1 for grey. */
  channels: number;
}

/** Draws the number, u32, into the top rows of a BGR picture. */
export function drawFrameNumber(picture: Mat, number: number): void {
  const bits = [...bitsOf(number, 32), ...bitsOf(crc8(number), 8)];
  const { cols } = picture;
  picture.drawRectangle({ x: 0, y: 0 }, { x: cols - 1, y: STRIP_ROWS - 1 }, BLACK);
  for (const [cell, bit] of bits.entries()) {
    if (!bit) continue;
    const { from, to } = cellColumns(cell, cols);
    picture.drawRectangle({ x: from, y: 0 }, { x: to - 1, y: STRIP_ROWS - 1 }, WHITE);
  }
}

/** The number on a picture; `undefined` as of {@linkcode readFrameNumber}. */
export function frameNumberOf(picture: Mat): number | undefined {
  const { cols: width, channels } = picture;
  return readFrameNumber({ width, channels, data: picture.getData() });
}

/** Reads the number back; `undefined` when the strip is not there or its CRC does not match. */
export function readFrameNumber(pixels: Pixels): number | undefined {
  let number = 0;
  let crc = 0;
  for (let cell = 0; cell < STRIP_CELLS; cell++) {
    const bit = cellMean(pixels, cell) > 127 ? 1 : 0;
    if (cell < 32) number = number * 2 + bit;
    else crc = crc * 2 + bit;
  }
  return crc === crc8(number) ? number : undefined;
}

const BLACK: [number, number, number] = [0, 0, 0];
const WHITE: [number, number, number] = [255, 255, 255];

function cellColumns(cell: number, width: number): { from: number; to: number } {
  return {
    from: Math.floor(cell * width / STRIP_CELLS),
    to: Math.floor((cell + 1) * width / STRIP_CELLS),
  };
}

/** The mean over the middle half of a cell, where neighbours do not bleed in. */
function cellMean({ width, data, channels }: Pixels, cell: number): number {
  const { from, to } = cellColumns(cell, width);
  const margin = Math.floor((to - from) / 4);
  let sum = 0;
  let count = 0;
  for (let y = READ_ROWS.from; y < READ_ROWS.to; y++) {
    for (let x = from + margin; x < to - margin; x++) {
      sum += data[(y * width + x) * channels] ?? 0;
      count++;
    }
  }
  return sum / count;
}

function bitsOf(value: number, count: number): number[] {
  return Array.from({ length: count }, (_, bit) => Math.floor(value / 2 ** (count - 1 - bit)) % 2);
}

/** CRC-8 of a u32, big-endian: polynomial 0x07, initial value 0. */
function crc8(number: number): number {
  let crc = 0;
  for (const shift of [24, 16, 8, 0]) {
    crc ^= (number >>> shift) & 0xff;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80 ? (crc << 1 ^ 0x07) & 0xff : crc << 1;
  }
  return crc;
}
