/** JPEGs that are cut short, padded, odd or nonsense: what the decoder makes of each. */

import assert from "node:assert/strict";
import fc from "fast-check";
import "../support/bridge.ts";
import type { CaptureVideoError } from "../../lib/flow/errors.ts";
import { JpegDecoder, Mat } from "../../lib/opencv/mod.ts";
import { findSegment, fixture, segment, withoutSegments } from "../jpeg/support.ts";
import { concat } from "../protocol/support.ts";
import { outputOf } from "../support/commands.ts";
import { captureVideoError } from "../support/errors.ts";
import { psnr, testJpeg, testPicture } from "./pictures.ts";

for (const name of ["baseline", "progressive", "restart", "cmyk"] as const) {
  Deno.test(`JpegDecoder.decode() refuses ${name}.jpg cut off anywhere but before its end`, async () => {
    await using decoder = new JpegDecoder();
    using picture = new Mat();
    const jpeg = fixture(name);
    await decoder.decode(jpeg, picture);
    const pixels = picture.getData();
    for (let length = 0; length < jpeg.length - 3; length++) {
      await assert.rejects(
        decoder.decode(jpeg.subarray(0, length), picture),
        captureVideoError("damaged-jpeg", /^Cannot decode a JPEG: ./),
        `${length} of ${jpeg.length} bytes`,
      );
    }
    for (const missing of [1, 2]) {
      await decoder.decode(jpeg.subarray(0, -missing), picture);
      assert.deepEqual(picture.getData(), pixels);
    }
  });
}

Deno.test("JpegDecoder.decode() takes a picture of which nine tenths of the rows are there", async () => {
  await using decoder = new JpegDecoder();
  using picture = new Mat();
  const jpeg = await testJpeg(480, 640);
  await decoder.decode(jpeg, picture);
  const rowsOf = (count: number) => picture.getData().subarray(0, count * picture.cols * 3);
  const rows = rowsOf(416); // 432 are nine tenths, and the last row of blocks blends with the next
  let taken = 0;
  for (let permille = 400; permille < 1000; permille += 10) {
    const cut = jpeg.subarray(0, jpeg.length * permille / 1000);
    const error = await decoder.decode(cut, picture).catch((error: CaptureVideoError) => error);
    if (error) {
      assert.equal(taken, 0, `refused at ${permille} per mille`);
      assert.match(
        error.message,
        /only [3-9]\d % of it is there: Corrupt JPEG data: premature end/,
      );
    } else {
      taken++;
      assert.deepEqual(rowsOf(416), rows);
    }
  }
  assert.ok(taken >= 2 && taken <= 20, `${taken} of 60 lengths were enough`);
});

/** A picture with a restart marker behind every four blocks, and where the markers are. */
async function restartingJpeg(): Promise<{ jpeg: Uint8Array; restarts: number[] }> {
  using picture = testPicture();
  const encode = `import cv2, numpy, sys
picture = numpy.frombuffer(sys.stdin.buffer.read(), numpy.uint8).reshape(240, 320, 3)
sys.stdout.buffer.write(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_RST_INTERVAL, 4])[1])`;
  const jpeg = await outputOf("/usr/bin/python3", ["-c", encode], {
    input: new Blob([picture.getData()]),
  });
  const restarts = [...jpeg.keys()].filter((at) =>
    jpeg[at] === 0xff && jpeg[at + 1]! >= 0xd0 && jpeg[at + 1]! <= 0xd7
  );
  assert.ok(restarts.length > 50);
  return { jpeg, restarts };
}

Deno.test("JpegDecoder.decode() takes padding in front of restart markers", async () => {
  await using decoder = new JpegDecoder();
  using plain = new Mat();
  using padded = new Mat();
  const { jpeg, restarts } = await restartingJpeg();
  const parts = [0, ...restarts].flatMap((at, index) => [
    new Uint8Array(index % 8),
    jpeg.subarray(at, restarts[index] ?? jpeg.length),
  ]);
  await decoder.decode(jpeg, plain);
  await decoder.decode(concat(...parts), padded);
  assert.deepEqual(padded.getData(), plain.getData());
});

Deno.test("JpegDecoder.decode() takes restart markers that come otherwise than announced", async () => {
  await using decoder = new JpegDecoder();
  using plain = new Mat();
  using odd = new Mat();
  const { jpeg } = await restartingJpeg();
  await decoder.decode(jpeg, plain);
  const announcedAt = findSegment(jpeg, 0xdd);
  for (const interval of [0, 3, 40, 300]) {
    const wrong = jpeg.slice();
    wrong.set([interval >> 8, interval & 0xff], announcedAt + 4);
    await decoder.decode(wrong, odd);
    assert.deepEqual(odd.getData(), plain.getData(), `announced ${interval}`);
  }
  await decoder.decode(withoutSegments(jpeg, 0xdd), odd);
  assert.deepEqual(odd.getData(), plain.getData());

  const without = await testJpeg();
  await decoder.decode(without, plain);
  const announced = concat(
    without.subarray(0, 2),
    segment(0xdd, Uint8Array.of(0, 4)),
    without.subarray(2),
  );
  await decoder.decode(announced, odd);
  assert.deepEqual(odd.getData(), plain.getData());
});

Deno.test("JpegDecoder.decode() takes a picture of which few parts between restarts are lost", async () => {
  await using decoder = new JpegDecoder();
  using picture = new Mat();
  const { jpeg, restarts } = await restartingJpeg();
  /** The picture without the data of so many parts. */
  const without = (count: number) => {
    const lost = Array.from({ length: count }, (_, index) => 1 + 2 * index);
    const parts = [0, ...restarts].map((at, index) =>
      jpeg.subarray(at, lost.includes(index) ? at + 2 : restarts[index])
    );
    return concat(...parts);
  };
  await decoder.decode(without(0), picture);
  const pixels = picture.getData();
  await decoder.decode(without(3), picture);
  assert.ok(psnr(picture.getData(), pixels) > 15);
  await assert.rejects(
    decoder.decode(without(20), picture),
    captureVideoError("damaged-jpeg", /only \d+ % of it is there/),
  );
});

Deno.test("JpegDecoder.decode() refuses data that are nonsense", async () => {
  await using decoder = new JpegDecoder();
  using picture = new Mat();
  const jpeg = await testJpeg();
  let seed = 1;
  const noise = () => (seed = seed * 16_807 % 2_147_483_647) >> 8 & 0xff;
  const dataAt = jpeg.findLastIndex((byte, at) => byte === 0xff && jpeg[at + 1] === 0xda) + 14;
  const nonsense = jpeg.map((byte, at) => at < dataAt || at >= jpeg.length - 2 ? byte : noise());
  await assert.rejects(
    decoder.decode(nonsense, picture),
    captureVideoError("damaged-jpeg", /only \d+ % of it is there/),
  );
});

Deno.test("JpegDecoder.decode() knows nothing of the picture before", async () => {
  await using decoder = new JpegDecoder();
  using picture = new Mat();
  const jpeg = await testJpeg();
  await decoder.decode(jpeg, picture);
  await assert.rejects(
    decoder.decode(withoutSegments(jpeg, 0xdb), picture),
    captureVideoError("damaged-jpeg", /Quantization table 0x00 was not defined$/),
  );
});

Deno.test("JpegDecoder.decode() refuses a header that claims billions of pixels", async () => {
  await using decoder = new JpegDecoder();
  using picture = new Mat();
  const jpeg = await testJpeg();
  const frameHeader = jpeg.findIndex((byte, at) => byte === 0xff && jpeg[at + 1] === 0xc0);
  jpeg.set([0xff, 0x00, 0xff, 0x00], frameHeader + 5); // 65,280 x 65,280
  await assert.rejects(
    decoder.decode(jpeg, picture),
    captureVideoError("damaged-jpeg", /claims 65280x65280 pixels, more than the 67108864 allowed$/),
  );
  assert.equal(picture.rows, 0, "and takes no memory for them");
});

Deno.test("JpegDecoder.decode() survives any bytes, and goes on", async () => {
  await using decoder = new JpegDecoder();
  using picture = new Mat();
  const jpeg = await testJpeg(48, 64);
  const isDamage = (error: CaptureVideoError) => assert.equal(error.code, "damaged-jpeg");
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async (bytes) => {
      await assert.rejects(
        decoder.decode(bytes, picture).catch((error) => {
          isDamage(error);
          throw error;
        }),
      );
    }),
    { numRuns: 300 },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(jpeg.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }),
      async (changes) => {
        const damaged = jpeg.slice();
        for (const [at, value] of changes) damaged[at] = value;
        await decoder.decode(damaged, picture).catch(isDamage);
      },
    ),
    { numRuns: 500 },
  );
  await decoder.decode(jpeg, picture);
  assert.deepEqual([picture.rows, picture.cols], [48, 64]);
});
