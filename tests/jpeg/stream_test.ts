import assert from "node:assert/strict";
import fc from "fast-check";
import { withEnd } from "../../lib/jpeg/picture.ts";
import { MAX_JPEG_BYTES } from "../../lib/jpeg/limits.ts";
import { JpegStreamCutter } from "../../lib/jpeg/stream.ts";
import { anyJpeg, anyJunk, findSegment, fixture, FIXTURES, segment } from "./support.ts";
import { anyCuts, byteByByte, concat, cutAt } from "../protocol/support.ts";
import { cut, standIn } from "./cut_stream.ts";

/** `deepEqual` for many arrays, without its price. */
function equals(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

const BASELINE = fixture("baseline");

for (const name of FIXTURES) {
  const jpeg = fixture(name);

  Deno.test(`JpegStreamCutter.push() cuts ${name}.jpg at every split of two in a row`, () => {
    const bytes = concat(jpeg, jpeg);
    for (let split = 0; split <= bytes.length; split++) {
      assert.deepEqual(
        cut([bytes.subarray(0, split), bytes.subarray(split)]),
        [jpeg, jpeg],
        `split at ${split}`,
      );
    }
  });

  Deno.test(`JpegStreamCutter.push() cuts ${name}.jpg byte by byte`, () => {
    assert.deepEqual(cut(byteByByte(concat(jpeg, jpeg, jpeg))), [jpeg, jpeg, jpeg]);
  });

  Deno.test(`JpegStreamCutter.push() gives ${name}.jpg with its last byte, not later`, () => {
    const cutter = new JpegStreamCutter();
    assert.deepEqual(cutter.push(jpeg.subarray(0, -1)), []);
    assert.deepEqual(cutter.push(jpeg.subarray(-1)), [jpeg]);
  });

  Deno.test(`JpegStreamCutter.push() finds the next picture behind ${name}.jpg cut short`, () => {
    // Behind the header of the last scan there are no segments any more.
    const scanAt = jpeg.findLastIndex((byte, at) => byte === 0xff && jpeg[at + 1] === 0xda);
    const dataAt = scanAt + 2 + jpeg[scanAt + 3]!;
    for (let length = 2; length < jpeg.length; length++) {
      // A length that is cut in two can be any up to 65,535: so many bytes must follow.
      const following = length < dataAt ? Array<Uint8Array>(68).fill(BASELINE) : [BASELINE];
      const pictures = cut([jpeg.subarray(0, length), ...following]);
      if (length >= dataAt) {
        // Whether its data are all there, a decoder has to say.
        const ended = withEnd(jpeg.subarray(0, length));
        assert.deepEqual(pictures, [ended, ...following]);
        continue;
      }
      // A segment that is cut takes its missing bytes from the next picture, which may be lost by
      // that or, when the seam fits, come out with what there was of this one, or both come out.
      const whole = pictures.filter((picture) => equals(picture, BASELINE)).length;
      assert.ok(whole >= following.length - 1, `cut at ${length}: ${whole} pictures`);
      assert.ok(pictures.length <= 1 + following.length, `cut at ${length}: ${pictures.length}`);
    }
  });
}

Deno.test("JpegStreamCutter.push() cuts all kinds in a row, in any pieces", () => {
  const pictures = FIXTURES.map((name) => fixture(name));
  const bytes = concat(...pictures);
  fc.assert(fc.property(anyCuts, (cuts) => {
    assert.deepEqual(cut(cutAt(bytes, cuts)), [...pictures]);
  }));
});

Deno.test("JpegStreamCutter.push() cuts any structure in any pieces", () => {
  fc.assert(
    fc.property(fc.array(anyJpeg, { maxLength: 6 }), anyCuts, (pictures, cuts) => {
      const bytes = concat(...pictures);
      assert.deepEqual(cut(cutAt(bytes, cuts)), [...pictures]);
      assert.deepEqual(cut(byteByByte(bytes)), [...pictures]);
    }),
    { numRuns: 500 },
  );
});

Deno.test("JpegStreamCutter.push() passes over what stands between pictures", () => {
  const parts = fc.array(fc.tuple(anyJunk, anyJpeg), { maxLength: 4 });
  fc.assert(fc.property(parts, anyJunk, anyCuts, (pairs, last, cuts) => {
    const bytes = concat(...pairs.flat(), last);
    assert.deepEqual(cut(cutAt(bytes, cuts)), pairs.map(([, jpeg]) => jpeg));
  }));
});

Deno.test("JpegStreamCutter.push() does the same with any bytes in any pieces", () => {
  const damagedJpeg = fc.tuple(anyJpeg, fc.nat(), fc.nat(255), fc.nat()).map(
    ([jpeg, at, value, length]) => {
      jpeg[at % jpeg.length] = value;
      return jpeg.subarray(0, 1 + length % jpeg.length);
    },
  );
  const parts = fc.array(fc.oneof(anyJpeg, damagedJpeg, anyJunk), { maxLength: 6 });
  fc.assert(
    fc.property(parts, anyCuts, (some, cuts) => {
      const bytes = concat(...some);
      const whole = cut([bytes]);
      assert.deepEqual(cut(cutAt(bytes, cuts)), whole);
      assert.deepEqual(cut(byteByByte(bytes)), whole);
      assert.ok(standIn(bytes, whole));
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("JpegStreamCutter.push() starts with the next picture when joined in mid-stream", () => {
  const scanAt = findSegment(BASELINE, 0xda);
  for (let from = scanAt; from < BASELINE.length; from++) {
    assert.deepEqual(cut([BASELINE.subarray(from), BASELINE]), [BASELINE]);
  }
});

Deno.test("JpegStreamCutter.push() keeps nothing of a piece that is used again", () => {
  const bytes = concat(...FIXTURES.map((name) => fixture(name)));
  const piece = new Uint8Array(100);
  const cutter = new JpegStreamCutter();
  const pictures: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += piece.length) {
    const part = bytes.subarray(at, at + piece.length);
    piece.set(part);
    pictures.push(...cutter.push(piece.subarray(0, part.length)));
    piece.fill(0xff);
  }
  assert.deepEqual(pictures, FIXTURES.map((name) => fixture(name)));
});

/** A picture with a scan of zeros, of this length as a whole. */
function longJpeg(bytes: number): Uint8Array {
  const headers = concat(
    Uint8Array.of(0xff, 0xd8),
    segment(0xc0, new Uint8Array(9)),
    segment(0xda, new Uint8Array(8)),
  );
  const jpeg = new Uint8Array(bytes);
  jpeg.set(headers);
  jpeg.set([0xff, 0xd9], bytes - 2);
  return jpeg;
}

function* inPieces(bytes: Uint8Array, pieceBytes: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

Deno.test("JpegStreamCutter.push() takes a picture of 16 MiB and gives a longer one up", () => {
  assert.equal(MAX_JPEG_BYTES, 16 * 1024 * 1024 - 12);
  for (const pieceBytes of [262_144, 1_000_003, 40_000_000]) {
    const largest = longJpeg(MAX_JPEG_BYTES);
    const pictures = cut(inPieces(concat(largest, BASELINE), pieceBytes));
    assert.deepEqual(pictures.map(({ length }) => length), [MAX_JPEG_BYTES, BASELINE.length]);

    const tooLong = longJpeg(MAX_JPEG_BYTES + 1);
    assert.deepEqual(cut(inPieces(concat(tooLong, BASELINE), pieceBytes)), [BASELINE]);
  }
});

Deno.test("JpegStreamCutter.push() takes no more than 32 MiB and two pieces at once", () => {
  const taken: number[] = [];
  const NativeUint8Array = Uint8Array;
  const bytes = longJpeg(64 * 1024 * 1024);
  globalThis.Uint8Array = new Proxy(NativeUint8Array, {
    construct(target, args, newTarget) {
      if (typeof args[0] === "number") taken.push(args[0]);
      return Reflect.construct(target, args, newTarget);
    },
  });
  try {
    assert.deepEqual(cut(inPieces(bytes, 262_144)), []);
  } finally {
    globalThis.Uint8Array = NativeUint8Array;
  }
  assert.ok(Math.max(...taken) <= 2 * (MAX_JPEG_BYTES + 262_144), String(taken));
});
