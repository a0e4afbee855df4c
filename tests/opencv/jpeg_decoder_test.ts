import assert from "node:assert/strict";
import "../support/bridge.ts";
import { imdecodeAsync, JpegDecoder, Mat } from "../../lib/opencv/mod.ts";
import { fixture, FIXTURES } from "../jpeg/support.ts";
import { captureVideoError } from "../support/errors.ts";
import { ODDITIES, withOrientation } from "../support/odd_jpegs.ts";
import { psnr, testJpeg } from "./pictures.ts";

Deno.test("JpegDecoder.decode() gives BGR at full size and at fractions of it", async () => {
  await using decoder = new JpegDecoder();
  using picture = new Mat();
  const jpeg = await testJpeg(241, 321);
  for (const [scale, rows, cols] of [[1, 241, 321], [2, 121, 161], [4, 61, 81], [8, 31, 41]]) {
    await decoder.decode(jpeg, picture, { scale: scale as 1 | 2 | 4 | 8 });
    assert.deepEqual([picture.rows, picture.cols, picture.channels], [rows, cols, 3]);
  }
});

for (const name of FIXTURES) {
  Deno.test(`JpegDecoder.decode() gives ${name}.jpg in its colours`, async () => {
    await using decoder = new JpegDecoder();
    using picture = new Mat();
    await decoder.decode(fixture(name), picture);
    assert.deepEqual([picture.rows, picture.cols, picture.channels], [32, 48, 3]);
    const grey = name === "grey";
    assertPixel(picture, { x: 44, y: 28 }, grey ? [155, 155, 155] : [60, 140, 220]);
    assertPixel(picture, { x: 14, y: 10 }, grey ? [88, 88, 88] : [40, 40, 200]);
  });
}

function assertPixel(picture: Mat, { x, y }: { x: number; y: number }, color: number[]): void {
  const pixel = [...picture.getData().subarray((y * picture.cols + x) * 3).slice(0, 3)];
  const off = Math.max(...pixel.map((value, channel) => Math.abs(value - color[channel]!)));
  assert.ok(off < 25, `${pixel} and not ${color} at ${x}, ${y}`);
}

for (const [oddity, make] of Object.entries(ODDITIES)) {
  Deno.test(`JpegDecoder.decode() takes a picture with ${oddity}`, async () => {
    await using decoder = new JpegDecoder();
    using plain = new Mat();
    using odd = new Mat();
    const jpeg = await testJpeg();
    await decoder.decode(jpeg, plain);
    await decoder.decode(make(jpeg), odd);
    assert.deepEqual(odd.getData(), plain.getData());
    odd.setTo([0, 0, 0]);
    decoder.decodeSync(make(jpeg), odd);
    assert.deepEqual(odd.getData(), plain.getData());
  });
}

Deno.test("JpegDecoder.decode() makes a picture upright, as its camera noted", async () => {
  await using decoder = new JpegDecoder();
  using picture = new Mat();
  const jpeg = await testJpeg(48, 64);
  for (const little of [false, true]) {
    for (let orientation = 0; orientation <= 9; orientation++) {
      const noted = withOrientation(jpeg, orientation, little);
      using upright = await imdecodeAsync(noted); // OpenCV turns it as well
      for (const decode of [decoder.decode, decoder.decodeSync]) {
        await decode.call(decoder, noted, picture);
        assert.deepEqual([picture.rows, picture.cols], [upright.rows, upright.cols]);
        assert.ok(psnr(picture.getData(), upright.getData()) > 40, `${orientation}`);
      }
    }
  }
});

Deno.test("JpegDecoder.decodeSync() gives the picture that decode() gives", async () => {
  await using decoder = new JpegDecoder();
  using there = new Mat();
  using here = new Mat();
  const jpeg = await testJpeg();
  for (const scale of [1, 2, 4, 8] as const) {
    await decoder.decode(jpeg, there, { scale });
    decoder.decodeSync(jpeg, here, { scale });
    assert.deepEqual([here.rows, here.cols], [there.rows, there.cols]);
    assert.deepEqual(here.getData(), there.getData());
  }
});

Deno.test("JpegDecoder.decodeSync() leaves a Mat alone that another call is writing to", async () => {
  await using there = new JpegDecoder();
  await using here = new JpegDecoder();
  using picture = new Mat();
  const jpeg = await testJpeg();
  const decoding = there.decode(jpeg, picture);
  assert.throws(() => here.decodeSync(jpeg, picture), Deno.errors.Busy);
  await decoding;
  here.decodeSync(jpeg, picture);
});

Deno.test("JpegDecoder.decode() and decodeSync() say what is wrong", async () => {
  await using decoder = new JpegDecoder();
  using picture = new Mat();
  const jpeg = await testJpeg();
  const cases: [Uint8Array, RegExp][] = [
    [new Uint8Array(), /^Cannot decode a JPEG: it is empty$/],
    [new TextEncoder().encode("HTTP/1.1 200 OK"), /Not a JPEG file: starts with 0x48 0x54$/],
    [
      jpeg.subarray(0, jpeg.length / 2),
      /only \d+ % of it is there: Corrupt JPEG data: premature end of data segment$/,
    ],
    [jpeg.subarray(2), /Not a JPEG file/],
    [Uint8Array.of(0xff, 0xd8, 0xff, 0xd9), /JPEG datastream contains no image$/],
  ];
  for (const [bytes, words] of cases) {
    const error = captureVideoError("damaged-jpeg", words);
    await assert.rejects(decoder.decode(bytes, picture), error);
    assert.throws(() => decoder.decodeSync(bytes, picture), error);
  }
});

Deno.test("JpegDecoder.decode() reuses the Mat's memory", async () => {
  await using decoder = new JpegDecoder();
  using picture = new Mat(720, 1280);
  const jpeg = await testJpeg(720, 1280);
  await decoder.decode(jpeg, picture);
  const before = Deno.memoryUsage().rss;
  for (let count = 0; count < 50; count++) await decoder.decode(jpeg, picture);
  const grownMb = (Deno.memoryUsage().rss - before) / 2 ** 20;
  assert.ok(grownMb < 20, `grew by ${grownMb.toFixed(1)} MB`);
});

Deno.test("JpegDecoder.decode() serves many calls in flight, each into its own Mat", async () => {
  await using decoder = new JpegDecoder();
  const jpegs = await Promise.all(Array.from({ length: 20 }, (_, index) => testJpeg(8 + index, 8)));
  const pictures = jpegs.map(() => new Mat());
  await Promise.all(jpegs.map((jpeg, index) => decoder.decode(jpeg, pictures[index]!)));
  for (const [index, picture] of pictures.entries()) {
    assert.equal(picture.rows, 8 + index);
    picture.release();
  }
});

Deno.test("JpegDecoder.decode() has its Mat for itself, and survives its release", async () => {
  await using decoder = new JpegDecoder();
  const picture = new Mat();
  const jpeg = await testJpeg();
  const decoding = decoder.decode(jpeg, picture);
  assert.throws(() => picture.getData(), Deno.errors.Busy);
  await assert.rejects(decoder.decode(jpeg, picture), Deno.errors.Busy);
  picture.release();
  await decoding;
});

Deno.test("JpegDecoder.close() waits for the call in flight, and then nothing works", async () => {
  const decoder = new JpegDecoder();
  using picture = new Mat();
  const jpeg = await testJpeg();
  const decoding = decoder.decode(jpeg, picture);
  await Promise.resolve(); // now it has begun
  await decoder.close();
  await decoding;
  await decoder.close();
  await assert.rejects(decoder.decode(jpeg, picture), {
    name: "BadResource",
    message: "Cannot use the JPEG decoder: it was released",
  });
});
