import assert from "node:assert/strict";
import fc from "fast-check";
import "../support/bridge.ts";
import { type CaptureVideoError } from "../../lib/errors.ts";
import { JPEG_SCALES, JpegDecoder, Mat } from "../../lib/opencv/mod.ts";
import { captureVideoError } from "../support/errors.ts";
import { testJpeg } from "./pictures.ts";

Deno.test("JpegDecoder.decode() gives BGR at full size and at fractions of it", async () => {
  await using decoder = new JpegDecoder();
  using picture = new Mat();
  const jpeg = await testJpeg(241, 321);
  for (const [scale, rows, cols] of [[1, 241, 321], [2, 121, 161], [4, 61, 81], [8, 31, 41]]) {
    await decoder.decode(jpeg, picture, { scale: scale as 1 | 2 | 4 | 8 });
    assert.deepEqual([picture.rows, picture.cols, picture.channels], [rows, cols, 3]);
  }
  await assert.rejects(decoder.decode(jpeg, picture, { scale: 3 as 1 }), {
    name: "RangeError",
    message: "Cannot decode at scale 3: it is 1, 2, 4 or 8",
  });
});

Deno.test("JpegDecoder.decode() refuses a JPEG cut off at any length", async () => {
  await using decoder = new JpegDecoder();
  using picture = new Mat();
  const jpeg = await testJpeg(48, 64);
  for (let length = 0; length < jpeg.length - 1; length++) {
    await assert.rejects(
      decoder.decode(jpeg.subarray(0, length), picture),
      captureVideoError("damaged-jpeg", /^Cannot decode a JPEG: ./),
      `${length} of ${jpeg.length} bytes`,
    );
    await decoder.decode(jpeg, picture); // the whole one right after it is none the worse
  }
});

Deno.test("JpegDecoder.decodeSync() gives the picture that decode() gives", async () => {
  await using decoder = new JpegDecoder();
  using there = new Mat();
  using here = new Mat();
  const jpeg = await testJpeg();
  for (const scale of JPEG_SCALES) {
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
    [jpeg.subarray(0, jpeg.length / 2), /Premature end of JPEG file$/],
    [jpeg.subarray(2), /Not a JPEG file/],
    [Uint8Array.of(0xff, 0xd8, 0xff, 0xd9), /there is no picture in it, only tables$/],
  ];
  for (const [bytes, words] of cases) {
    const error = captureVideoError("damaged-jpeg", words);
    await assert.rejects(decoder.decode(bytes, picture), error);
    assert.throws(() => decoder.decodeSync(bytes, picture), error);
  }
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
  assert.ok(picture.empty, "and takes no memory for them");
});

Deno.test("JpegDecoder.decode() takes a few bytes of padding before the end, as cameras do", async () => {
  await using decoder = new JpegDecoder();
  using plain = new Mat();
  using padded = new Mat();
  const jpeg = await testJpeg();
  const pad = (bytes: number) =>
    Uint8Array.of(...jpeg.subarray(0, -2), ...new Uint8Array(bytes), 0xff, 0xd9);
  await decoder.decode(jpeg, plain);
  await decoder.decode(pad(3), padded);
  assert.deepEqual(padded.getData(), plain.getData());
  await assert.rejects(
    decoder.decode(pad(500), padded),
    captureVideoError("damaged-jpeg", /extraneous bytes before marker/),
  );
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
