import assert from "node:assert/strict";
import "../support/bridge.ts";
import fc from "fast-check";
import { JpegDecoder, Mat } from "../../lib/opencv/mod.ts";
import { STANDARD_HUFFMAN_TABLES } from "../../lib/jpeg/huffman_tables.ts";
import { jpegSize, withHuffmanTables } from "../../lib/jpeg/markers.ts";
import { anyJpeg, findSegment, fixture, FIXTURES, segment, withoutSegments } from "./support.ts";
import { concat } from "../protocol/support.ts";

const SOI = Uint8Array.of(0xff, 0xd8);
const EOI = Uint8Array.of(0xff, 0xd9);
const DHT = 0xc4;
const SOF0 = 0xc0;
const SOS = 0xda;

/** The pixels, by a decoder that takes nothing incomplete. */
async function pixels(jpeg: Uint8Array): Promise<Uint8Array> {
  using picture = new Mat();
  await using decoder = new JpegDecoder();
  await decoder.decode(jpeg, picture);
  return picture.getData();
}

for (const name of FIXTURES) {
  const jpeg = fixture(name);

  Deno.test(`jpegSize() reads the size of ${name}.jpg`, () => {
    assert.deepEqual(jpegSize(jpeg), { width: 48, height: 32 });
  });

  Deno.test(`withHuffmanTables() leaves ${name}.jpg, which has its own, alone`, () => {
    assert.equal(withHuffmanTables(jpeg), jpeg);
  });
}

Deno.test("jpegSize() and withHuffmanTables() survive any bytes", () => {
  const anyBytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => concat(SOI, bytes)),
    fc.tuple(anyJpeg, fc.nat(), fc.nat(255)).map(([jpeg, at, value]) => {
      jpeg[at % jpeg.length] = value;
      return jpeg;
    }),
  );
  fc.assert(fc.property(anyBytes, (bytes) => {
    const added = withHuffmanTables(bytes).length - bytes.length;
    assert.ok(added === 0 || added === STANDARD_HUFFMAN_TABLES.length);
    try {
      const { width, height } = jpegSize(bytes);
      assert.ok(width > 0 && height > 0);
    } catch (error) {
      assert.equal((error as { code?: unknown }).code, "damaged-jpeg");
    }
  }));
});

Deno.test("jpegSize() throws when no header says the size", () => {
  const noSize = [
    new Uint8Array(0),
    SOI,
    new TextEncoder().encode("GIF89a"),
    concat(SOI, segment(SOS, new Uint8Array(8))),
    concat(SOI, segment(SOF0, Uint8Array.of(8, 0, 32, 0, 48, 1, 1, 0x11))),
    concat(SOI, segment(SOF0, Uint8Array.of(8, 0, 0, 0, 48, 1, 1, 0x11, 0))),
    concat(SOI, segment(SOF0, Uint8Array.of(8, 0, 32, 0, 0, 1, 1, 0x11, 0))),
    concat(SOI, segment(DHT, Uint8Array.of(8, 0, 32, 0, 48, 1, 1, 0x11, 0))),
  ];
  for (const bytes of noSize) {
    assert.throws(() => jpegSize(bytes), {
      name: "CaptureVideoError",
      code: "damaged-jpeg",
      message:
        `Cannot read the size of a picture: ${bytes.length} bytes without a JPEG frame header`,
    });
  }
});

Deno.test("jpegSize() reads sizes up to 65,535 pixels a side", () => {
  const header = segment(SOF0, Uint8Array.of(8, 0xff, 0xfe, 0xff, 0xff, 1, 1, 0x11, 0));
  assert.deepEqual(jpegSize(concat(SOI, header)), { width: 65_535, height: 65_534 });
});

Deno.test("withHuffmanTables() makes a picture without tables decodable, pixel for pixel", async () => {
  // "restart" stands for cameras, of which many write restart markers.
  for (const name of ["baseline", "restart", "thumbnail"] as const) {
    const original = fixture(name);
    const bare = withoutSegments(original, DHT);
    assert.ok(bare.length < original.length);
    const completed = withHuffmanTables(bare);
    assert.equal(completed.length, bare.length + STANDARD_HUFFMAN_TABLES.length);
    assert.equal(
      findSegment(completed, DHT) + STANDARD_HUFFMAN_TABLES.length,
      findSegment(completed, SOS),
    );
    assert.deepEqual(await pixels(completed), await pixels(original));
  }
});

Deno.test("withHuffmanTables() puts in the very tables that an encoder writes", () => {
  const original = fixture("baseline");
  const tables: Uint8Array[] = [];
  for (let at = 2; original[at + 1] !== SOS;) {
    const end = at + 2 + (original[at + 2]! << 8 | original[at + 3]!);
    if (original[at + 1] === DHT) tables.push(original.subarray(at + 4, end));
    at = end;
  }
  const content = concat(...tables);
  assert.deepEqual(content, new Uint8Array(STANDARD_HUFFMAN_TABLES.subarray(4)));
});

Deno.test("withHuffmanTables() adds nothing to what has no use for them", () => {
  const scan = segment(SOS, new Uint8Array(8));
  const useless = [
    new Uint8Array(0),
    SOI,
    concat(SOI, scan, EOI),
    // Progressive, and arithmetic-coded: their tables cannot be the standard ones.
    concat(SOI, segment(0xc2, new Uint8Array(9)), scan, EOI),
    concat(SOI, segment(0xc9, new Uint8Array(9)), scan, EOI),
    withoutSegments(fixture("baseline"), DHT).subarray(0, 100),
  ];
  for (const bytes of useless) assert.equal(withHuffmanTables(bytes), bytes);
});
