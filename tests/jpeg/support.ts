/** Real JPEGs, and made-up ones with every turn their structure can take. */
import fc from "fast-check";
import { concat } from "../protocol/support.ts";

const FOLDER = new URL("../fixtures/jpeg/", import.meta.url);

/** The pictures in tests/fixtures/jpeg, each made to be cut in a different way. */
export const FIXTURES = [
  "arithmetic",
  "baseline",
  "cmyk",
  "comment",
  "fill",
  "grey",
  "progressive",
  "restart",
  "rgb",
  "sampled-410",
  "sampled-411",
  "sampled-440",
  "sampled-odd",
  "thumbnail",
  "ycck",
] as const;

/** The bytes of one of the {@linkcode FIXTURES}. */
export function fixture(name: typeof FIXTURES[number]): Uint8Array<ArrayBuffer> {
  return Deno.readFileSync(new URL(`${name}.jpg`, FOLDER));
}

/** A marker and its segment. */
export function segment(marker: number, content: Uint8Array): Uint8Array {
  const length = content.length + 2;
  return concat(Uint8Array.of(0xff, marker, length >> 8, length & 0xff), content);
}

/** The offset of the first segment with this marker; the structure up to it must be sound. */
export function findSegment(jpeg: Uint8Array, marker: number): number {
  let at = 2;
  while (jpeg[at + 1] !== marker) {
    at += jpeg[at + 1] === 0xff ? 1 : 2 + (jpeg[at + 2]! << 8 | jpeg[at + 3]!);
  }
  return at;
}

/** The JPEG without its segments of this marker in front of the first scan. */
export function withoutSegments(jpeg: Uint8Array, marker: number): Uint8Array {
  const kept = [jpeg.subarray(0, 2)];
  let at = 2;
  for (;;) {
    const end = at + 2 + (jpeg[at + 2]! << 8 | jpeg[at + 3]!);
    if (jpeg[at + 1] === 0xda) return concat(...kept, jpeg.subarray(at));
    if (jpeg[at + 1] !== marker) kept.push(jpeg.subarray(at, end));
    at = end;
  }
}

const SOI = Uint8Array.of(0xff, 0xd8);
const EOI = Uint8Array.of(0xff, 0xd9);
const SOF_CONTENT = Uint8Array.of(8, 0, 32, 0, 48, 1, 1, 0x11, 0);

/** Bytes among which markers are frequent. */
const anyContent = fc.array(
  fc.oneof(fc.nat(255), fc.constantFrom(0xff, 0xd8, 0xd9, 0xda, 0)),
  { maxLength: 60 },
).map((bytes) => Uint8Array.from(bytes));

const anyFill = fc.nat(3).map((count) => new Uint8Array(count).fill(0xff));

const anyTable = fc.tuple(
  anyFill,
  fc.constantFrom(0xc4, 0xdb, 0xdc, 0xdd, 0xe0, 0xe1, 0xef, 0xfe, 0xf0),
  anyContent,
).map(([fill, marker, content]) => concat(fill, segment(marker, content)));

const anyTables = fc.array(anyTable, { maxLength: 4 }).map((tables) => concat(...tables));

const anyFrameHeader = fc.tuple(anyFill, fc.constantFrom(0xc0, 0xc1, 0xc2, 0xc3, 0xc9, 0xcf))
  .map(([fill, marker]) => concat(fill, segment(marker, SOF_CONTENT)));

/** Entropy-coded data: each FF stuffed, restart markers in between, fill in front of them. */
const anyData = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.nat(254).map((byte) => Uint8Array.of(byte)) },
    { weight: 2, arbitrary: fc.constant(Uint8Array.of(0xff, 0)) },
    {
      weight: 1,
      arbitrary: fc.tuple(anyFill, fc.nat(7))
        .map(([fill, index]) => concat(fill, Uint8Array.of(0xff, 0xd0 + index))),
    },
  ),
  { maxLength: 40 },
).map((parts) => concat(...parts));

const anyScanHeader = fc.constantFrom(6, 8, 10, 12).chain((bytes) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes })
);

const anyScan = fc.tuple(anyTables, anyFill, anyScanHeader, anyData).map(
  ([tables, fill, content, data]) => concat(tables, fill, segment(0xda, content), data),
);

/** A file with the structure of a JPEG, whatever a decoder would make of it. */
export const anyJpeg: fc.Arbitrary<Uint8Array> = fc.tuple(
  anyTables,
  anyFrameHeader,
  fc.array(anyScan, { minLength: 1, maxLength: 3 }),
  anyFill,
).map(([tables, header, scans, fill]) => concat(SOI, tables, header, ...scans, fill, EOI));

/** Bytes between pictures in which no picture begins. */
export const anyJunk: fc.Arbitrary<Uint8Array> = anyContent.map((bytes) =>
  bytes.map((byte, index) => byte === 0xd8 && bytes[index - 1] === 0xff ? 0xd7 : byte)
    .map((byte, index, all) => index === all.length - 1 && byte === 0xff ? 0 : byte)
);
