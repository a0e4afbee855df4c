import assert from "node:assert/strict";
import fc from "fast-check";
import { withEnd } from "../../lib/jpeg/picture.ts";
import { MAX_JPEG_BYTES } from "../../lib/jpeg/limits.ts";
import { JpegStreamCutter } from "../../lib/jpeg/stream.ts";
import { anyJpeg, anyJunk, findSegment, fixture, FIXTURES, segment } from "./support.ts";
import { anyCuts, byteByByte, concat, cutAt } from "../protocol/support.ts";

/** What came out of a stream, and what was counted. */
interface Cut {
  readonly pictures: readonly Uint8Array[];
  readonly damaged: number;
  readonly skippedBytes: number;
}

function cut(pieces: Iterable<Uint8Array>): Cut {
  const cutter = new JpegStreamCutter();
  const pictures: Uint8Array[] = [];
  for (const piece of pieces) pictures.push(...cutter.push(piece));
  cutter.end();
  return { pictures, damaged: cutter.damaged, skippedBytes: cutter.skippedBytes };
}

/** What a stream without a fault gives. */
function clean(...pictures: readonly Uint8Array[]): Cut {
  return { pictures, damaged: 0, skippedBytes: 0 };
}

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
        clean(jpeg, jpeg),
        `split at ${split}`,
      );
    }
  });

  Deno.test(`JpegStreamCutter.push() cuts ${name}.jpg byte by byte`, () => {
    assert.deepEqual(cut(byteByByte(concat(jpeg, jpeg, jpeg))), clean(jpeg, jpeg, jpeg));
  });

  Deno.test(`JpegStreamCutter.push() gives ${name}.jpg with its last byte, not later`, () => {
    const cutter = new JpegStreamCutter();
    assert.deepEqual(cutter.push(jpeg.subarray(0, -1)), []);
    assert.deepEqual(cutter.push(jpeg.subarray(-1)), [jpeg]);
  });

  Deno.test(`JpegStreamCutter.end() counts ${name}.jpg as damaged when it is cut short`, () => {
    for (let length = 2; length < jpeg.length; length++) {
      const { pictures, damaged, skippedBytes } = cut([jpeg.subarray(0, length)]);
      assert.deepEqual(pictures, []);
      assert.ok(damaged >= 1);
      assert.equal(skippedBytes, length);
    }
  });

  Deno.test(`JpegStreamCutter.push() finds the next picture behind ${name}.jpg cut short`, () => {
    // Behind the header of the last scan there are no segments any more.
    const scanAt = jpeg.findLastIndex((byte, at) => byte === 0xff && jpeg[at + 1] === 0xda);
    const dataAt = scanAt + 2 + jpeg[scanAt + 3]!;
    for (let length = 2; length < jpeg.length; length++) {
      // A length that is cut in two can be any up to 65,535: so many bytes must follow.
      const following = length < dataAt ? Array<Uint8Array>(68).fill(BASELINE) : [BASELINE];
      const { pictures, damaged } = cut([jpeg.subarray(0, length), ...following]);
      if (length >= dataAt) {
        // Whether its data are all there, a decoder has to say.
        const ended = withEnd(jpeg.subarray(0, length));
        assert.deepEqual({ pictures, damaged }, { pictures: [ended, ...following], damaged: 0 });
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
    assert.deepEqual(cut(cutAt(bytes, cuts)), clean(...pictures));
  }));
});

Deno.test("JpegStreamCutter.push() cuts any structure in any pieces", () => {
  fc.assert(
    fc.property(fc.array(anyJpeg, { maxLength: 6 }), anyCuts, (pictures, cuts) => {
      const bytes = concat(...pictures);
      assert.deepEqual(cut(cutAt(bytes, cuts)), clean(...pictures));
      assert.deepEqual(cut(byteByByte(bytes)), clean(...pictures));
    }),
    { numRuns: 500 },
  );
});

Deno.test("JpegStreamCutter.push() passes over what stands between pictures", () => {
  const parts = fc.array(fc.tuple(anyJunk, anyJpeg), { maxLength: 4 });
  fc.assert(fc.property(parts, anyJunk, anyCuts, (pairs, last, cuts) => {
    const bytes = concat(...pairs.flat(), last);
    const junkBytes = pairs.reduce((sum, [junk]) => sum + junk.length, last.length);
    assert.deepEqual(cut(cutAt(bytes, cuts)), {
      pictures: pairs.map(([, jpeg]) => jpeg),
      damaged: 0,
      skippedBytes: junkBytes,
    });
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
      const deliveredBytes = whole.pictures.reduce((sum, { length }) => sum + length, 0);
      const restoredBytes = deliveredBytes + whole.skippedBytes - bytes.length;
      assert.ok(restoredBytes >= 0 && restoredBytes <= 2 * whole.pictures.length);
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("JpegStreamCutter.push() starts with the next picture when joined in mid-stream", () => {
  const scanAt = findSegment(BASELINE, 0xda);
  for (let from = scanAt; from < BASELINE.length; from++) {
    assert.deepEqual(cut([BASELINE.subarray(from), BASELINE]), {
      pictures: [BASELINE],
      damaged: 0,
      skippedBytes: BASELINE.length - from,
    });
  }
});

Deno.test("JpegStreamCutter.push() takes any bytes within a scan, and leaves them to the decoder", () => {
  const odd = BASELINE.slice();
  odd.set([0xff, 0x02], odd.length - 20);
  odd.set([0xff, 0xe1, 0xff, 0xff], odd.length - 40); // a segment that would reach into the next
  assert.deepEqual(cut([odd, BASELINE, new Uint8Array(70_000)]), {
    pictures: [odd, BASELINE],
    damaged: 0,
    skippedBytes: 70_000,
  });
});

const SOI = Uint8Array.of(0xff, 0xd8);
const HEADERS_END = findSegment(BASELINE, 0xda);

/** What cameras put where it does not belong, each with the picture that is in it. */
const ODD: ReadonlyArray<readonly [string, Uint8Array, Uint8Array]> = [
  ["two SOIs", concat(SOI, BASELINE), BASELINE],
  ["zeros behind its end", concat(BASELINE, new Uint8Array(1000)), BASELINE],
  ["other bytes behind its end", concat(BASELINE, Uint8Array.of(0xff, 0xd9, 0xff, 0, 7)), BASELINE],
  ["bytes in front of it", concat(Uint8Array.of(0xff, 0xd9, 13, 10, 0xff), BASELINE), BASELINE],
  ...[2, findSegment(BASELINE, 0xc0), HEADERS_END, BASELINE.length - 2].map((at) => {
    const odd = concat(BASELINE.subarray(0, at), new Uint8Array(64), BASELINE.subarray(at));
    return [`padding at ${at}`, odd, odd] as const;
  }),
];

for (const [name, bytes, picture] of ODD) {
  Deno.test(`JpegStreamCutter.push() takes a picture with ${name}`, () => {
    const { pictures, damaged } = cut([bytes, bytes, BASELINE]);
    assert.deepEqual({ pictures, damaged }, { pictures: [picture, picture, BASELINE], damaged: 0 });
    assert.deepEqual(cut(byteByByte(concat(bytes, bytes, BASELINE))).pictures, pictures);
  });
}

Deno.test("JpegStreamCutter.push() gives a picture its missing end when the next one begins", () => {
  const endless = BASELINE.subarray(0, -2);
  const cutter = new JpegStreamCutter();
  assert.deepEqual(cutter.push(endless), []);
  assert.deepEqual(cutter.push(SOI), []);
  assert.deepEqual(cutter.push(endless.subarray(2)), [BASELINE]);
  assert.deepEqual(cutter.push(BASELINE), [BASELINE, BASELINE]);
  assert.deepEqual([cutter.damaged, cutter.skippedBytes], [0, 0]);
});

/** Structures that are no picture, though their segments follow each other. */
const NOT_PICTURES: ReadonlyArray<readonly [string, readonly Uint8Array[]]> = [
  ["an end right after the start", []],
  ["tables alone", [segment(0xdb, new Uint8Array(65))]],
  ["a frame header without a scan", [segment(0xc0, new Uint8Array(9))]],
  ["a scan without a frame header", [segment(0xda, new Uint8Array(8))]],
  ["two frame headers", [
    segment(0xc0, new Uint8Array(9)),
    segment(0xc0, new Uint8Array(9)),
    segment(0xda, new Uint8Array(8)),
  ]],
  ["a scan header longer than any", [
    segment(0xc0, new Uint8Array(9)),
    segment(0xda, new Uint8Array(13)),
  ]],
  ["a frame header too short for a size", [segment(0xc0, new Uint8Array(8))]],
  ["a frame header longer than any", [segment(0xc0, new Uint8Array(772))]],
  ["a segment shorter than its length", [Uint8Array.of(0xff, 0xe0, 0, 1)]],
  ["a restart marker outside a scan", [Uint8Array.of(0xff, 0xd0)]],
  ["a byte that is no marker", [Uint8Array.of(0x12)]],
];

for (const [name, parts] of NOT_PICTURES) {
  Deno.test(`JpegStreamCutter.push() does not take ${name} for a picture`, () => {
    const bytes = concat(Uint8Array.of(0xff, 0xd8), ...parts, Uint8Array.of(0xff, 0xd9));
    assert.deepEqual(cut([bytes, BASELINE]), {
      pictures: [BASELINE],
      damaged: 1,
      skippedBytes: bytes.length,
    });
  });
}

Deno.test("JpegStreamCutter.push() finds a picture that a wrong length has swallowed", () => {
  // The first picture ends within a segment whose length reaches far into the second.
  const cutShort = concat(
    Uint8Array.of(0xff, 0xd8),
    segment(0xe1, new Uint8Array(500)).subarray(0, 100),
  );
  assert.deepEqual(cut([cutShort, BASELINE, BASELINE]), {
    pictures: [BASELINE, BASELINE],
    damaged: 1,
    skippedBytes: cutShort.length,
  });
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
    const { pictures, damaged } = cut(inPieces(concat(largest, BASELINE), pieceBytes));
    assert.equal(damaged, 0);
    assert.deepEqual(pictures.map(({ length }) => length), [MAX_JPEG_BYTES, BASELINE.length]);

    const tooLong = longJpeg(MAX_JPEG_BYTES + 1);
    assert.deepEqual(cut(inPieces(concat(tooLong, BASELINE), pieceBytes)), {
      pictures: [BASELINE],
      damaged: 1,
      skippedBytes: tooLong.length,
    });
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
    assert.deepEqual(cut(inPieces(bytes, 262_144)).pictures, []);
  } finally {
    globalThis.Uint8Array = NativeUint8Array;
  }
  assert.ok(Math.max(...taken) <= 2 * (MAX_JPEG_BYTES + 262_144), String(taken));
});
