import assert from "node:assert/strict";
import "../support/bridge.ts";
import { CV_8UC2, testJpeg } from "../opencv/pictures.ts";
import type { RawFrame } from "../../lib/channel/frame_reader.ts";
import type { PixelFormat } from "../../lib/camera/source.ts";
import { PictureEncoder } from "../../lib/channel/picture_encoder.ts";
import {
  type Rendition,
  RENDITIONS,
  RENDITIONS_OF_VIEW,
  renditionSettings,
  viewOf,
} from "../../lib/channel/rendition.ts";
import { CV_8UC1, JpegDecoder, JpegEncoder, Mat } from "../../lib/opencv/mod.ts";
import { jpegSize } from "../../lib/jpeg/markers.ts";

const SIZE = { width: 64, height: 48 };
const ALL = { sequence: 1, renditions: RENDITIONS };

/** A colour in every form that a camera may give it in. */
const BGR = [40, 160, 220] as const;

function raw(mat: Mat, pixelFormat: PixelFormat): RawFrame {
  return { mat, pixelFormat, capturedAtMicros: 0, release() {} };
}

/** Y, U and V of {@linkcode BGR}, as cameras encode them (BT.601, studio swing). */
function yuv(): [number, number, number] {
  const [b, g, r] = BGR;
  return [
    Math.round(16 + (65.5 * r + 128.6 * g + 25 * b) / 255),
    Math.round(128 + (-37.8 * r - 74.2 * g + 112 * b) / 255),
    Math.round(128 + (112 * r - 93.8 * g - 18.2 * b) / 255),
  ];
}

/** The same as JPEG has them (full range). */
function fullYuv(): [number, number, number] {
  const [y, u, v] = yuv();
  const full = [(y - 16) * 255 / 219, ...[u, v].map((value) => (value - 128) * 255 / 224 + 128)];
  return full.map(Math.round) as [number, number, number];
}

/** The picture as a camera gives it. */
async function picture(pixelFormat: PixelFormat): Promise<Mat> {
  const { width, height } = SIZE;
  const [y, u, v] = yuv();
  switch (pixelFormat) {
    case "bgr": {
      const mat = new Mat(height, width);
      mat.setTo([...BGR]);
      return mat;
    }
    case "yuyv": {
      const mat = new Mat(height, width, CV_8UC2);
      mat.setData(
        Uint8Array.from({ length: width * height * 2 }, (_, at) => [y, u, y, v][at % 4]!),
      );
      return mat;
    }
    case "nv12": {
      const mat = new Mat(height * 3 / 2, width, CV_8UC1);
      const luma = width * height;
      mat.setData(
        Uint8Array.from({ length: luma * 1.5 }, (_, at) => at < luma ? y : at % 2 === 0 ? u : v),
      );
      return mat;
    }
    case "yuvj420p": {
      const mat = new Mat(height * 3 / 2, width, CV_8UC1);
      const [fullY, fullU, fullV] = fullYuv();
      const luma = width * height;
      const data = new Uint8Array(luma * 3 / 2).fill(fullY, 0, luma);
      mat.setData(data.fill(fullU, luma, luma * 5 / 4).fill(fullV, luma * 5 / 4));
      return mat;
    }
    case "mjpg": {
      using bgr = await picture("bgr");
      await using encoder = new JpegEncoder();
      const jpeg = await encoder.encode(bgr, { quality: 95 });
      const mat = new Mat(1, jpeg.length, CV_8UC1);
      mat.setData(jpeg);
      return mat;
    }
  }
}

async function middleOf(jpeg: Uint8Array): Promise<number[]> {
  using mat = new Mat();
  await using decoder = new JpegDecoder();
  await decoder.decode(jpeg, mat);
  const at = (Math.floor(mat.rows / 2) * mat.cols + Math.floor(mat.cols / 2)) * 3;
  return [...mat.getData().subarray(at, at + 3)];
}

for (const pixelFormat of ["bgr", "yuyv", "nv12", "yuvj420p", "mjpg"] as const) {
  Deno.test(`PictureEncoder.encode() makes every rendition of ${pixelFormat}, in its colours`, async () => {
    await using encoder = new PictureEncoder(90);
    using mat = await picture(pixelFormat);
    const encoded = await encoder.encode(raw(mat, pixelFormat), ALL);
    assert.deepEqual(encoded.map(({ rendition }) => rendition), RENDITIONS);
    for (const { rendition, jpeg } of encoded) {
      const { scale } = renditionSettings(90)[rendition];
      assert.deepEqual(jpegSize(jpeg), { width: SIZE.width / scale, height: SIZE.height / scale });
      for (const [channel, value] of (await middleOf(jpeg)).entries()) {
        const off = Math.abs(value - BGR[channel]!);
        assert.ok(off <= 4, `${rendition}: channel ${channel} is ${value}, not ${BGR[channel]}`);
      }
    }
  });
}

Deno.test("PictureEncoder.encode() makes half and quarter of a JPEG, alone and together", async () => {
  await using encoder = new PictureEncoder(90);
  using mat = await picture("mjpg");
  for (const names of [["quarter"], ["half", "quarter"], ["full", "small"]] as const) {
    const { width, height } = SIZE;
    for (const isShown of [false, true]) {
      const options = { sequence: 1, renditions: names, isShown };
      for (const { rendition, jpeg } of await encoder.encode(raw(mat, "mjpg"), options)) {
        const { scale } = renditionSettings(90)[rendition];
        assert.deepEqual(jpegSize(jpeg), { width: width / scale, height: height / scale });
        assert.ok(Math.abs((await middleOf(jpeg))[0]! - BGR[0]) <= 4);
      }
    }
  }
});

Deno.test("PictureEncoder.quality counts from the next picture on, for all renditions", async () => {
  await using encoder = new PictureEncoder(95);
  using mat = await picture("bgr");
  const renditions = ["full", "small"] as const;
  const sizes = async () => {
    const frames = await encoder.encode(raw(mat, "bgr"), { sequence: 1, renditions });
    return frames.map(({ jpeg }) => jpeg.length);
  };
  const [full, small] = await sizes();
  encoder.quality = 5;
  assert.equal(encoder.quality, 5);
  const [fullLater, smallLater] = await sizes();
  assert.ok(fullLater! < full! && smallLater! < small!);
  assert.equal(encoder.fullOptions.quality, 5);
});

Deno.test("PictureEncoder.encode() makes only what is wanted", async () => {
  await using encoder = new PictureEncoder(80);
  using mat = await picture("bgr");
  for (const renditions of [[], ["small"], ["full", "light"]] as Rendition[][]) {
    const encoded = await encoder.encode(raw(mat, "bgr"), { sequence: 1, renditions });
    assert.deepEqual(encoded.map(({ rendition }) => rendition), renditions);
  }
});

Deno.test("PictureEncoder.encode() takes the JPEG of a source that compressed by itself", async () => {
  await using encoder = new PictureEncoder(80);
  await using sources = new JpegEncoder();
  using mat = await picture("bgr");
  const jpeg = await sources.encode(mat, encoder.fullOptions);
  const frame = { ...raw(mat, "bgr"), compressed: { jpeg, tookMs: 1 } };
  const renditions = ["full", "small"] as const;
  const [full, small] = await encoder.encode(frame, { sequence: 1, renditions });
  assert.equal(full!.message, jpeg, "the same bytes, not a copy");
  assert.deepEqual(jpegSize(small!.jpeg), { width: SIZE.width / 2, height: SIZE.height / 2 });
});

Deno.test("PictureEncoder.encode() leaves a camera's JPEG as it is", async () => {
  await using encoder = new PictureEncoder(10);
  using mat = await picture("mjpg");
  const frame = raw(mat, "mjpg");
  const [full] = await encoder.encode(frame, { sequence: 1, renditions: ["full"] });
  assert.deepEqual(full!.jpeg, mat.getData());
});

Deno.test("renditionSettings() makes each rendition for a view smaller than the one before", async () => {
  using mat = new Mat(240, 320);
  mat.setTo([0, 0, 0]);
  for (let box = 0; box < 200; box++) {
    const [x, y, size] = [box * 37 % 320, box * 71 % 240, box % 17];
    mat.drawRectangle({ x: x - size, y: y - size }, { x: x + size, y: y + size }, [
      box * 5 % 256,
      box * 11 % 256,
      box * 23 % 256,
    ]);
  }
  for (const quality of [0, 10, 50, 80, 100]) {
    await using encoder = new PictureEncoder(quality);
    const encoded = await encoder.encode(raw(mat, "bgr"), ALL);
    const bytes = new Map(encoded.map(({ rendition, jpeg }) => [rendition, jpeg.length]));
    for (const choices of Object.values(RENDITIONS_OF_VIEW)) {
      const sizes = choices.map((name) => bytes.get(name)!);
      assert.deepEqual(sizes.toSorted((a, b) => b - a), sizes, `${quality}: ${choices}`);
    }
    for (const settings of Object.values(renditionSettings(quality))) {
      assert.ok(Number.isInteger(settings.quality));
      assert.ok(settings.quality >= 0 && settings.quality <= 100);
    }
  }
});

Deno.test("PictureEncoder passes a JPEG in JavaScript's memory on, and makes the lesser ones of it", async () => {
  await using encoder = new PictureEncoder(80);
  using mat = new Mat();
  const jpeg = await testJpeg(48, 64);
  const frames = await encoder.encode({ ...raw(mat, "mjpg"), jpeg }, ALL);
  assert.deepEqual(frames[0]!.jpeg, jpeg);
  const sizes = frames.map(({ jpeg }) => jpegSize(jpeg));
  assert.deepEqual(sizes, [
    { width: 64, height: 48 },
    { width: 64, height: 48 },
    { width: 32, height: 24 },
    { width: 32, height: 24 },
    { width: 16, height: 12 },
  ]);
  for (const frame of frames) frame.release();
});

Deno.test("viewOf() asks for no more pixels than are shown, and for no fewer", () => {
  const picture = { width: 1280, height: 720 };
  const cases = [
    [undefined, "full"],
    [{ width: 1280, height: 720 }, "full"],
    [{ width: 641, height: 2000 }, "full"],
    [{ width: 640, height: 2000 }, "half"],
    // A high picture in a wide room: what counts is the side that it touches.
    [{ width: 2000, height: 180 }, "quarter"],
    [{ width: 2000, height: 181 }, "half"],
    [{ width: 1, height: 1 }, "quarter"],
  ] as const;
  for (const [room, view] of cases) {
    assert.equal(viewOf(picture, room), view, JSON.stringify(room));
  }
  assert.equal(viewOf({ width: 0, height: 0 }, { width: 1, height: 1 }), "full");
});
