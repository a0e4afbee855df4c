/**
 * Pictures that tests tell apart, and clips made of them.
 *
 * @module
 */

import assert from "node:assert/strict";
import {
  COLOR_BGR2YUV_I420,
  CV_8UC1,
  CV_8UC2,
  JpegEncoder,
  Mat,
  type YuvLayout,
} from "../../lib/opencv/mod.ts";

/** A picture with smooth colours and a circle, as a camera might see: the caller releases it. */
export function testPicture(rows = 240, cols = 320): Mat {
  const picture = new Mat(rows, cols);
  const pixels = new Uint8Array(rows * cols * 3);
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      const at = (row * cols + col) * 3;
      pixels[at] = 255 * col / cols;
      pixels[at + 1] = 255 * row / rows;
      pixels[at + 2] = 128 + 100 * Math.sin((row + col) / 40);
    }
  }
  picture.setData(pixels);
  picture.drawCircle({ x: cols / 2 | 0, y: rows / 2 | 0 }, rows / 4 | 0, [40, 200, 255]);
  return picture;
}

/** {@linkcode testPicture} as a raw frame: the caller releases it. */
export function rawFrame(layout: YuvLayout, width: number, height: number): Mat {
  using picture = testPicture(height, width);
  using planar = new Mat();
  picture.cvtColorTo(planar, COLOR_BGR2YUV_I420);
  const pixels = width * height;
  const bytes = planar.getData();
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
  const { success, stderr } = await new Deno.Command("ffmpeg", {
    // deno-fmt-ignore
    args: [
      "-v", "error", "-y", "-f", "lavfi", "-i", `testsrc=size=${size}:rate=30`,
      "-frames:v", `${frames}`, "-c:v", "mjpeg", path,
    ],
    stdin: "null",
    stderr: "piped",
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
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
