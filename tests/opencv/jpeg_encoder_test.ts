import assert from "node:assert/strict";
import "../support/bridge.ts";
import {
  CV_8UC1,
  JpegDecoder,
  JpegEncoder,
  Mat,
  YUV_LAYOUTS,
  type YuvLayout,
  yuvToBgr,
} from "../../lib/opencv/mod.ts";
import { captureVideoError } from "../support/errors.ts";
import { CV_8UC2, greyOf, psnr, rawFrame, testPicture } from "./pictures.ts";

Deno.test("JpegEncoder.encode() gives a JPEG that shows the picture", async () => {
  await using encoder = new JpegEncoder();
  await using decoder = new JpegDecoder();
  using picture = testPicture();
  using shown = new Mat();
  const jpeg = await encoder.encode(picture, { quality: 90 });
  assert.deepEqual([...jpeg.slice(0, 3), ...jpeg.slice(-2)], [0xff, 0xd8, 0xff, 0xff, 0xd9]);
  await decoder.decode(jpeg, shown);
  assert.ok(psnr(picture.getData(), shown.getData()) > 35);
});

Deno.test("JpegEncoder.encode() leaves the room in front that it is asked for, zeroed", async () => {
  await using encoder = new JpegEncoder();
  using picture = testPicture();
  const plain = await encoder.encode(picture, { quality: 80 });
  const withRoom = await encoder.encode(picture, { quality: 80, reserveBytes: 24 });
  assert.deepEqual(withRoom.subarray(0, 24), new Uint8Array(24));
  assert.deepEqual(withRoom.subarray(24), plain);
  assert.equal(withRoom.buffer.byteLength, 24 + plain.length, "one buffer, nothing to spare");
});

Deno.test("JpegEncoder.encode() makes more bytes for more quality, from 0 to 100", async () => {
  await using encoder = new JpegEncoder();
  using picture = testPicture();
  const sizes: number[] = [];
  for (const quality of [0, 1, 30, 60, 80, 95, 100]) {
    sizes.push((await encoder.encode(picture, { quality })).length);
  }
  assert.deepEqual(sizes, sizes.toSorted((one, other) => one - other), sizes.join());
  assert.ok(sizes.at(-1)! > 5 * sizes[0]!);
});

Deno.test("JpegEncoder.encode() refuses a quality outside 0 to 100", async () => {
  await using encoder = new JpegEncoder();
  using picture = testPicture(8, 8);
  for (const quality of [-1, 101, 80.5, NaN]) {
    await assert.rejects(encoder.encode(picture, { quality }), {
      name: "RangeError",
      message: `Cannot compress with quality ${quality}: it goes from 0 to 100`,
    });
  }
});

Deno.test("JpegEncoder.encode() takes gray and BGRA, and any size down to one pixel", async () => {
  await using encoder = new JpegEncoder();
  await using decoder = new JpegDecoder();
  using picture = testPicture();
  using grey = greyOf(picture);
  const bgr = picture.getData();
  using bgra = new Mat(240, 320, 24); // CV_8UC4
  bgra.setData(
    Uint8Array.from(
      { length: 240 * 320 * 4 },
      (_, at) => at % 4 === 3 ? 255 : bgr[at - (at >> 2)]!,
    ),
  );
  using shown = new Mat();
  for (const other of [grey, bgra]) {
    await decoder.decode(await encoder.encode(other, { quality: 90 }), shown);
    assert.deepEqual([shown.rows, shown.cols, shown.channels], [240, 320, 3]);
  }
  for (const [rows, cols] of [[1, 1], [1, 17], [33, 1], [15, 31], [1081, 1921]] as const) {
    using odd = testPicture(rows, cols);
    await decoder.decode(await encoder.encode(odd, { quality: 80 }), shown);
    assert.deepEqual([shown.rows, shown.cols], [rows, cols]);
  }
});

Deno.test("JpegEncoder.encode() says what is wrong with a Mat", async () => {
  await using encoder = new JpegEncoder();
  using empty = new Mat();
  using twoChannels = new Mat(4, 4, CV_8UC2);
  using floats = new Mat(4, 4, 5); // CV_32FC1
  using huge = new Mat(1, 70_000, CV_8UC1);
  const cases: [Mat, RegExp][] = [
    [empty, /^Cannot compress a picture: the Mat is empty$/],
    [twoChannels, /^Cannot compress a picture: .*channels/],
    [floats, /^Cannot compress a picture: the Mat's pixels are not 8-bit$/],
    [huge, /^Cannot compress a picture: ./],
  ];
  for (const [mat, words] of cases) {
    await assert.rejects(encoder.encode(mat, { quality: 80 }), captureVideoError("opencv", words));
  }
});

Deno.test("JpegEncoder.encode() serves many calls in flight, each with its own picture", async () => {
  await using encoder = new JpegEncoder();
  const pictures = Array.from({ length: 20 }, (_, index) => testPicture(16 + index, 16));
  const jpegs = await Promise.all(pictures.map((mat) => encoder.encode(mat, { quality: 80 })));
  for (const [index, picture] of pictures.entries()) {
    assert.deepEqual(jpegs[index], await encoder.encode(picture, { quality: 80 }));
    picture.release();
  }
});

Deno.test("JpegEncoder.encode() lets several encoders read one picture, and none change it", async () => {
  await using one = new JpegEncoder();
  await using other = new JpegEncoder();
  using picture = testPicture();
  const both = [one.encode(picture, { quality: 80 }), other.encode(picture, { quality: 80 })];
  assert.throws(() => picture.setTo([0, 0, 0]), Deno.errors.Busy);
  assert.equal(picture.rows, 240, "reading is fine");
  const [first, second] = await Promise.all(both);
  assert.deepEqual(first, second);
  picture.setTo([0, 0, 0]);
});

Deno.test("JpegEncoder.close() waits for the call in flight, and then nothing works", async () => {
  const encoder = new JpegEncoder();
  using picture = testPicture();
  const encoding = encoder.encode(picture, { quality: 80 });
  await Promise.resolve(); // now it has begun
  const closed = encoder.close();
  assert.ok((await encoding).length > 0);
  await closed;
  await encoder.close();
  await assert.rejects(encoder.encode(picture, { quality: 80 }), {
    name: "BadResource",
    message: "Cannot use the JPEG encoder: it was released",
  });
});

Deno.test("JpegEncoder.encode() survives the release of its picture in mid-call", async () => {
  await using encoder = new JpegEncoder();
  const picture = testPicture();
  const encoding = encoder.encode(picture, { quality: 80 });
  picture.release();
  assert.ok((await encoding).length > 0);
});

Deno.test("JpegEncoder.encode() shows what OpenCV makes of the same raw frame", async () => {
  await using encoder = new JpegEncoder();
  await using decoder = new JpegDecoder();
  for (const [width, height] of [[320, 240], [34, 18], [2, 2]] as const) {
    for (const layout of YUV_LAYOUTS) {
      using raw = rawFrame(layout, width, height);
      using expected = new Mat();
      yuvToBgr(raw, layout, expected);
      const jpeg = await encoder.encode(raw, { layout, width, height, quality: 95 });
      using shown = new Mat();
      await decoder.decode(jpeg, shown);
      assert.deepEqual([shown.cols, shown.rows], [width, height]);
      const likeness = psnr(expected.getData(), shown.getData());
      assert.ok(
        likeness > (width > 100 ? 33 : 28),
        `${layout} ${width}x${height}: ${likeness.toFixed(1)} dB`,
      );
    }
  }
});

Deno.test("JpegEncoder.encode() stretches video black and white to JPEG's", async () => {
  await using encoder = new JpegEncoder();
  await using decoder = new JpegDecoder();
  for (const [luma, shownLuma] of [[16, 0], [235, 255], [0, 0], [255, 255]] as const) {
    using raw = new Mat(24, 16, CV_8UC1);
    raw.setData(new Uint8Array(24 * 16).fill(luma, 0, 256).fill(128, 256));
    const options = { layout: "nv12", width: 16, height: 16, quality: 100 } as const;
    using shown = new Mat();
    await decoder.decode(await encoder.encode(raw, options), shown);
    assert.ok(shown.getData().every((value) => Math.abs(value - shownLuma) <= 2), `${luma}`);
  }
});

Deno.test("JpegEncoder.encode() refuses a size that the frame has not", async () => {
  await using encoder = new JpegEncoder();
  using raw = new Mat(24, 16, CV_8UC1);
  const options = { layout: "nv12", width: 16, height: 16, quality: 80 } as const;
  await encoder.encode(raw, options);
  await assert.rejects(
    encoder.encode(raw, { ...options, height: 18 }),
    captureVideoError("opencv", /the Mat holds 384 bytes, a frame of 16x18 needs 432$/),
  );
  for (const size of [{ width: 15 }, { height: 0 }, { width: -2 }, { height: 70_000 }]) {
    await assert.rejects(encoder.encode(raw, { ...options, ...size }), RangeError);
  }
  await assert.rejects(
    encoder.encode(raw, { ...options, layout: "rgb" as YuvLayout }),
    TypeError,
  );
});

Deno.test("JpegEncoder and JpegDecoder give their memory back", async () => {
  using picture = testPicture(720, 1280);
  const round = async () => {
    for (let count = 0; count < 30; count++) {
      await using encoder = new JpegEncoder();
      await using decoder = new JpegDecoder();
      using shown = new Mat();
      await decoder.decode(await encoder.encode(picture, { quality: 80 }), shown);
    }
  };
  await round();
  const before = Deno.memoryUsage().rss;
  await round();
  const grownMb = (Deno.memoryUsage().rss - before) / 2 ** 20;
  assert.ok(grownMb < 30, `grew by ${grownMb.toFixed(1)} MB`);
});
