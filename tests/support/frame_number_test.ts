import assert from "node:assert/strict";
import fc from "fast-check";
import "./bridge.ts";
import { greyOf } from "../opencv/pictures.ts";
import { drawFrameNumber, frameNumberOf, STRIP_ROWS } from "./frame_number.ts";
import { JpegDecoder, JpegEncoder, Mat } from "../../lib/opencv/mod.ts";

const U32 = fc.oneof(
  fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  fc.constantFrom(0, 1, 255, 256, 2 ** 31, 2 ** 32 - 1),
);

/** A picture of many colours that carries a number. */
function numbered(number: number, width: number): Mat {
  const picture = new Mat(STRIP_ROWS * 4, width);
  picture.setTo([200, 30, 120]);
  drawFrameNumber(picture, number);
  return picture;
}

Deno.test("readFrameNumber() reads what drawFrameNumber() drew, at any width", () => {
  fc.assert(fc.property(U32, fc.integer({ min: 40, max: 1920 }), (number, width) => {
    using picture = numbered(number, width);
    assert.equal(frameNumberOf(picture), number);
  }));
});

Deno.test("readFrameNumber() reads a picture without colours", () => {
  using picture = numbered(123_456_789, 640);
  using grey = greyOf(picture);
  assert.equal(frameNumberOf(grey), 123_456_789);
});

Deno.test("a frame number survives JPEG at quality 20, and scaling by half", async () => {
  await using encoder = new JpegEncoder();
  await using decoder = new JpegDecoder();
  using decoded = new Mat();
  using half = new Mat();
  const widths = fc.constantFrom(320, 360, 640, 1280, 1920);
  await fc.assert(fc.asyncProperty(U32, widths, async (number, width) => {
    using picture = numbered(number, width);
    await decoder.decode(await encoder.encode(picture, { quality: 20 }), decoded);
    assert.equal(frameNumberOf(decoded), number);

    picture.resizeTo(half, picture.rows / 2, picture.cols / 2);
    await decoder.decode(await encoder.encode(half, { quality: 20 }), decoded);
    assert.equal(frameNumberOf(decoded), number);
  }));
});

Deno.test("readFrameNumber() is undefined where a bit was turned", () => {
  const bits = fc.nat(39);
  fc.assert(fc.property(U32, bits, (number, cell) => {
    using picture = numbered(number, 320);
    const left = cell * 8;
    const [value] = picture.getData().subarray(left * 3);
    const other = value === 0 ? 255 : 0;
    picture.drawRectangle({ x: left, y: 0 }, { x: left + 7, y: STRIP_ROWS - 1 }, [
      other,
      other,
      other,
    ]);
    assert.equal(frameNumberOf(picture), undefined);
  }));
});

Deno.test("readFrameNumber() is undefined where there is no strip", () => {
  using picture = new Mat(STRIP_ROWS, 320);
  picture.setTo([255, 255, 255]);
  assert.equal(frameNumberOf(picture), undefined);
});

Deno.test("drawFrameNumber() leaves the picture below the strip alone", () => {
  using picture = new Mat(STRIP_ROWS + 1, 320);
  picture.setTo([1, 2, 3]);
  drawFrameNumber(picture, 2 ** 32 - 1);
  const below = picture.getData().subarray(STRIP_ROWS * 320 * 3);
  assert.ok(below.every((value, at) => value === at % 3 + 1));
});
