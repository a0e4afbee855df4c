/**
 * Pictures that tests tell apart, and clips made of them.
 *
 * @module
 */

import assert from "node:assert/strict";
import { makeFilm } from "../support/films.ts";
import { CV_8UC1, JpegEncoder, Mat, type YuvLayout } from "../../lib/opencv/mod.ts";

/** Two bytes a pixel, such as YUYV. */
export const CV_8UC2 = 8;

/** A picture with smooth colours and a circle, as a camera might see: the caller releases it. */
export function testPicture(rows = 240, cols = 320): Mat {
  const picture = new Mat(rows, cols);
  const pixels = new Uint8Array(rows * cols * 3);
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      const inCircle = Math.hypot(row - rows / 2, col - cols / 2) <= rows / 4;
      const smooth = [255 * col / cols, 255 * row / rows, 128 + 100 * Math.sin((row + col) / 40)];
      pixels.set(inCircle ? [40, 200, 255] : smooth, (row * cols + col) * 3);
    }
  }
  picture.setData(pixels);
  return picture;
}

/** The picture without its colours, in one channel: the caller releases it. */
export function greyOf(picture: Mat): Mat {
  const bgr = picture.getData();
  const grey = new Mat(picture.rows, picture.cols, CV_8UC1);
  grey.setData(Uint8Array.from({ length: bgr.length / 3 }, (_, pixel) => {
    const [blue, green, red] = bgr.subarray(pixel * 3);
    return Math.round(0.114 * blue! + 0.587 * green! + 0.299 * red!);
  }));
  return grey;
}

/** A BGR picture's planes in studio swing: luma, then blue and red, each of every other pixel. */
function planesOf(picture: Mat): Uint8Array {
  const { rows, cols } = picture;
  const bgr = picture.getData();
  const planes = new Uint8Array(rows * cols * 3 / 2);
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      const pixel = row * cols + col;
      const [blue, green, red] = bgr.subarray(pixel * 3) as unknown as [number, number, number];
      planes[pixel] = Math.round(16 + 0.098 * blue + 0.504 * green + 0.257 * red);
      if (row % 2 || col % 2) continue;
      const at = rows * cols + (row * cols / 4) + col / 2;
      planes[at] = Math.round(128 + 0.439 * blue - 0.291 * green - 0.148 * red);
      planes[at + rows * cols / 4] = Math.round(128 - 0.071 * blue - 0.368 * green + 0.439 * red);
    }
  }
  return planes;
}

/** {@linkcode testPicture} as a raw frame: the caller releases it. */
export function rawFrame(layout: YuvLayout, width: number, height: number): Mat {
  using picture = testPicture(height, width);
  const pixels = width * height;
  const bytes = planesOf(picture);
  const [u, v] = [bytes.subarray(pixels, pixels * 5 / 4), bytes.subarray(pixels * 5 / 4)];
  if (layout === "yuvj420p") {
    const raw = new Mat(height * 3 / 2, width, CV_8UC1);
    // From studio swing to full range
    raw.setData(
      new Uint8Array(Uint8ClampedArray.from(bytes, (value, at) => {
        return at < pixels ? (value - 16) * 255 / 219 : (value - 128) * 255 / 224 + 128;
      })),
    );
    return raw;
  }
  if (layout === "nv12") {
    const raw = new Mat(height * 3 / 2, width, CV_8UC1);
    const out = bytes.slice();
    u.forEach((value, index) => out[pixels + index * 2] = value);
    v.forEach((value, index) => out[pixels + index * 2 + 1] = value);
    raw.setData(out);
    return raw;
  }
  const raw = new Mat(height, width, CV_8UC2);
  raw.setData(Uint8Array.from({ length: pixels * 2 }, (_, at) => {
    const pixel = at >> 1;
    const [row, col] = [pixel / width | 0, pixel % width];
    const chroma = (row >> 1) * (width >> 1) + (col >> 1);
    return at % 2 === 0 ? bytes[pixel]! : (col % 2 === 0 ? u : v)[chroma]!;
  }));
  return raw;
}

/** The JPEG of {@linkcode testPicture}. */
export async function testJpeg(rows = 240, cols = 320): Promise<Uint8Array<ArrayBuffer>> {
  using picture = testPicture(rows, cols);
  await using encoder = new JpegEncoder();
  return await encoder.encode(picture, { quality: 80 });
}

/** The brightness of frame `index` of {@linkcode writeJpegStream}. */
export function brightnessOf(index: number): number {
  return 20 + index * 10;
}

/** Writes gray frames of 64x48, each a little brighter, as one JPEG after the other. */
export async function writeJpegStream(path: string, frames: number): Promise<void> {
  using picture = new Mat(48, 64);
  await using encoder = new JpegEncoder();
  const jpegs: Uint8Array<ArrayBuffer>[] = [];
  for (let index = 0; index < frames; index++) {
    const level = brightnessOf(index);
    picture.setTo([level, level, level]);
    jpegs.push(await encoder.encode(picture, { quality: 95 }));
  }
  await Deno.writeFile(path, new Blob(jpegs).stream());
}

/** Writes a Motion-JPEG AVI of FFmpeg's test picture, 30 frames a second. */
export async function writeClip(
  path: string,
  { frames = 30, size = "320x240" }: { frames?: number; size?: string } = {},
): Promise<void> {
  const input = ["-f", "lavfi", "-i", `testsrc=size=${size}:rate=30`];
  await makeFilm([...input, "-frames:v", `${frames}`, "-c:v", "mjpeg", path]);
}

/** The mean of all values. */
export function meanOf(values: Uint8Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** How alike two pictures are, as peak signal to noise ratio in dB; the same is Infinity. */
export function psnr(one: Uint8Array, other: Uint8Array): number {
  assert.equal(one.length, other.length);
  let squares = 0;
  for (let i = 0; i < one.length; i++) squares += (one[i]! - other[i]!) ** 2;
  return 10 * Math.log10(255 ** 2 / (squares / one.length));
}
