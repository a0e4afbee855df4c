import assert from "node:assert/strict";
import "../support/bridge.ts";
import { JpegSource } from "../../lib/camera/jpeg_source.ts";
import { Mat } from "../../lib/opencv/mod.ts";
import { STANDARD_HUFFMAN_TABLES } from "../../lib/jpeg/huffman_tables.ts";
import { testJpeg } from "../opencv/pictures.ts";
import { findSegment, fixture, segment, withoutSegments } from "../jpeg/support.ts";
import { concat } from "../protocol/support.ts";
import { captureVideoError } from "../support/errors.ts";
import { isFreed, ScriptedJpegSource } from "../support/scripted_source.ts";

const SOI = Uint8Array.of(0xff, 0xd8);
const EOI = Uint8Array.of(0xff, 0xd9);

/** What comes out of a source that gives these bytes, once a first picture was decoded. */
async function passedOn(...given: Uint8Array[]): Promise<Uint8Array> {
  const inner = new ScriptedJpegSource();
  await using source = new JpegSource(inner);
  using mat = new Mat();
  let jpeg = new Uint8Array();
  for (const bytes of [await testJpeg(16, 16), concat(...given)]) {
    inner.jpeg = new Uint8Array(bytes);
    const reading = source.read(mat);
    inner.give(7);
    assert.equal(await reading, 7);
    jpeg = mat.getData();
  }
  return jpeg;
}

Deno.test("JpegSource.read() leaves a picture that lacks nothing as it is", async () => {
  const odd = segment(0xfe, SOI);
  const jpeg = await testJpeg();
  const restart = fixture("restart");
  for (
    const whole of [
      jpeg,
      restart,
      fixture("progressive"),
      concat(jpeg.subarray(0, -2), new Uint8Array(64), EOI),
      concat(jpeg.subarray(0, -2), new Uint8Array(3), odd, EOI),
      concat(SOI, new Uint8Array(3), jpeg.subarray(2)),
    ]
  ) {
    assert.deepEqual(await passedOn(whole), new Uint8Array(whole));
  }
});

Deno.test("JpegSource.read() cuts off what is around a picture, and puts in what is missing", async () => {
  const jpeg = await testJpeg();
  assert.deepEqual(await passedOn(jpeg, new Uint8Array(1000)), jpeg);
  assert.deepEqual(await passedOn(jpeg, Uint8Array.of(1, 2, 0xff, 3)), jpeg);
  assert.deepEqual(await passedOn(jpeg, fixture("grey")), jpeg);
  assert.deepEqual(await passedOn(Uint8Array.of(13, 10), jpeg), jpeg);
  assert.deepEqual(await passedOn(SOI, jpeg), jpeg);
  assert.deepEqual(await passedOn(jpeg.subarray(0, 500), jpeg), jpeg);
  assert.deepEqual(await passedOn(jpeg.subarray(0, -2)), jpeg);
  const scanAt = findSegment(jpeg, 0xda) - (jpeg.length - withoutSegments(jpeg, 0xc4).length);
  const bare = withoutSegments(jpeg, 0xc4);
  assert.deepEqual(
    await passedOn(bare, Uint8Array.of(0)),
    concat(bare.subarray(0, scanAt), STANDARD_HUFFMAN_TABLES, bare.subarray(scanAt)),
  );
});

/** A picture of this size by its header, and as long as the bytes behind it. */
function claiming(width: number, height: number, bytes: number): Uint8Array {
  const size = [height >> 8, height & 0xff, width >> 8, width & 0xff];
  return concat(
    SOI,
    segment(0xc0, Uint8Array.of(8, ...size, 1, 1, 0x11, 0)),
    segment(0xda, Uint8Array.of(1, 1, 0, 0, 63, 0)),
    new Uint8Array(bytes),
    EOI,
  );
}

Deno.test("JpegSource.read() says why what came is no picture for guests", async () => {
  const jpeg = await testJpeg();
  const cases: [Uint8Array, RegExp][] = [
    [jpeg.subarray(0, jpeg.length / 2), /^Cannot decode a JPEG: only \d\d % of it is there: ./],
    [
      new TextEncoder().encode("<html>no camera</html>"),
      /^Cannot pass the source's JPEG on: there is none in its 22 bytes$/,
    ],
    [
      claiming(65_500, 65_500, 10),
      /^Cannot send a picture of 65500x65500 pixels: guests take up to 67108864 pixels; choose a smaller size$/,
    ],
    [
      claiming(640, 480, 16 * 2 ** 20 - 40),
      /^Cannot send a picture of \d+ bytes of JPEG: guests take up to 16777204 bytes; choose a smaller size$/,
    ],
    [
      claiming(640, 480, 16 * 2 ** 20),
      /^Cannot send a picture of \d+ bytes of JPEG: guests take up to 16777204 bytes; choose a smaller size$/,
    ],
  ];
  for (const [bytes, words] of cases) {
    await assert.rejects(passedOn(bytes), captureVideoError("damaged-jpeg", words));
  }
});

Deno.test("JpegSource.read() decodes until a first picture is one, and then passes on", async () => {
  const inner = new ScriptedJpegSource();
  await using source = new JpegSource(inner);
  using mat = new Mat();
  const jpeg = await testJpeg();
  const cut = concat(jpeg.subarray(0, jpeg.length / 2), EOI);
  const read = (bytes: Uint8Array) => {
    inner.jpeg = new Uint8Array(bytes);
    const reading = source.read(mat);
    inner.give(7);
    return reading;
  };
  await assert.rejects(read(cut), captureVideoError("damaged-jpeg", /only \d\d % of it is there/));
  await read(jpeg);
  await read(cut);
  assert.deepEqual(mat.getData(), cut);
});

Deno.test("JpegSource ends with its source, closes it, and leaves the caller's Mat alone", async () => {
  const inner = new ScriptedJpegSource();
  const source = new JpegSource(inner);
  using mat = new Mat();
  const reading = source.read(mat);
  inner.give(undefined);
  assert.equal(await reading, undefined);
  await source.close();
  await source.close();
  assert.ok(inner.closed);
  assert.ok(!isFreed(mat));
});

/** A source that has its JPEGs in JavaScript's memory. */
class BytesSource extends ScriptedJpegSource {
  readonly readJpeg = () => Promise.resolve({ capturedAtMicros: 7, jpeg: this.jpeg });
}

Deno.test("JpegSource.readJpeg() keeps the same rules for JPEGs that are in no Mat", async () => {
  assert.equal(new JpegSource(new ScriptedJpegSource()).readJpeg, undefined);
  const inner = new BytesSource();
  await using source = new JpegSource(inner);
  const read = async (...parts: Uint8Array[]) => {
    inner.jpeg = new Uint8Array(concat(...parts));
    return await source.readJpeg!();
  };
  const jpeg = await testJpeg(16, 16);
  // The first is decoded, so that it must be more than a picture by its structure.
  await assert.rejects(read(claiming(16, 16, 0)), captureVideoError("damaged-jpeg", /./));
  for (const parts of [[jpeg], [jpeg, Uint8Array.of(0, 0)], [jpeg.subarray(0, -2)]]) {
    assert.deepEqual(await read(...parts), { capturedAtMicros: 7, jpeg: new Uint8Array(jpeg) });
  }
  await assert.rejects(
    read(Uint8Array.of(1, 2)),
    captureVideoError("damaged-jpeg", /none in its 2/),
  );
  await assert.rejects(
    read(claiming(9000, 9000, 9)),
    captureVideoError("damaged-jpeg", /9000x9000/),
  );
});
