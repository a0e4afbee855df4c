import assert from "node:assert/strict";
import fc from "fast-check";
import "../../support/bridge.ts";
import { PartCutter } from "../../../lib/camera/http/part_cutter.ts";
import { numberedJpeg } from "../../support/numbered_pictures.ts";
import { bytesOf, cut, type Piece, withoutEnd } from "./cutting.ts";

const JPEGS = await Promise.all([1, 2, 3, 4].map(numberedJpeg));
const HEADERS = "Content-Type: image/jpeg\r\n";

/** One way to send pictures; `announced` is the header's boundary. */
interface Way {
  readonly what: string;
  readonly announced?: string;
  readonly part: (jpeg: Uint8Array, index: number) => readonly Piece[];
  /** What comes out where it is not the picture as it was. */
  readonly seen?: (jpeg: Uint8Array, index: number) => Uint8Array | undefined;
}

const lengthOf = (bytes: Uint8Array, more = 0) => `Content-Length: ${bytes.length + more}\r\n`;

const WAYS: readonly Way[] = [
  {
    what: "as it should be",
    announced: "b",
    part: (jpeg) => ["--b\r\n", HEADERS, lengthOf(jpeg), "\r\n", jpeg, "\r\n"],
  },
  { what: "without lengths", part: (jpeg) => ["--b\r\n", HEADERS, "\r\n", jpeg, "\r\n"] },
  { what: "without headers", part: (jpeg) => ["--b\r\n\r\n", jpeg, "\r\n"] },
  {
    what: "with line feeds alone",
    part: (jpeg) => ["--b\nContent-Type: image/jpeg\n\n", jpeg, "\n"],
  },
  {
    what: "without a boundary in front of the first",
    part: (jpeg) => [HEADERS, lengthOf(jpeg), "\r\n", jpeg, "\r\n--b\r\n"],
  },
  {
    what: "with another boundary than announced",
    announced: "frame",
    part: (jpeg) => ["--camera\r\n", HEADERS, "\r\n", jpeg, "\r\n"],
  },
  {
    what: "with a boundary without dashes",
    announced: "b123",
    part: (jpeg) => ["b123\r\n", HEADERS, "\r\n", jpeg, "\r\n"],
  },
  {
    what: "with dashes announced as well",
    announced: "--b",
    part: (jpeg) => ["--b\r\n", HEADERS, "\r\n", jpeg, "\r\n"],
  },
  {
    what: "with spaces in the boundary",
    announced: "--video boundary--",
    part: (jpeg) => ["--video boundary--\r\n", HEADERS, "\r\n", jpeg, "\r\n"],
  },
  {
    what: "with the boundary right behind the picture",
    part: (jpeg) => ["--b\r\n", HEADERS, "\r\n", jpeg],
  },
  {
    what: "with a line break in front of the boundary alone",
    part: (jpeg) => ["\r\n--b\r\n", HEADERS, lengthOf(jpeg), "\r\n", jpeg],
  },
  {
    what: "with lengths that are too large",
    part: (jpeg) => ["--b\r\n", HEADERS, lengthOf(jpeg, 100), "\r\n", jpeg, "\r\n"],
  },
  {
    what: "with lengths that are too small",
    part: (jpeg) => ["--b\r\n", HEADERS, lengthOf(jpeg, -100), "\r\n", jpeg, "\r\n"],
  },
  {
    what: "with lengths of zero",
    part: (jpeg) => ["--b\r\n", HEADERS, "Content-Length: 0\r\n\r\n", jpeg, "\r\n"],
  },
  {
    what: "with absurd lengths",
    part: (jpeg) => ["--b\r\n", HEADERS, "Content-Length: 99999999999999\r\n\r\n", jpeg, "\r\n"],
  },
  {
    what: "with dashes and more in the headers",
    part: (jpeg) => [
      "--b\r\n",
      HEADERS,
      `X-Timestamp: 1.5\r\nX-Comment: --c--\r\nX-Filler: ${"x".repeat(3000)}\r\n`,
      lengthOf(jpeg),
      "\r\n",
      jpeg,
      "\r\n",
    ],
  },
  {
    what: "with a type of its own",
    part: (jpeg) => ["--b\r\nContent-Type: application/octet-stream\r\n\r\n", jpeg, "\r\n"],
  },
  {
    what: "with text between",
    part: (jpeg) => [
      "--b\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello\r\n",
      "--b\r\n",
      HEADERS,
      "\r\n",
      jpeg,
      "\r\n",
    ],
  },
  {
    what: "with empty parts between",
    part: (jpeg) => [
      `--b\r\n${HEADERS}Content-Length: 0\r\n\r\n\r\n`,
      "--b\r\n",
      HEADERS,
      lengthOf(jpeg),
      "\r\n",
      jpeg,
      "\r\n",
    ],
  },
  {
    what: "with zeros behind the picture",
    part: (jpeg) => ["--b\r\n", HEADERS, lengthOf(jpeg, 50), "\r\n", jpeg, "\0".repeat(50), "\r\n"],
  },
  {
    what: "with a second picture behind it in the same part",
    part: (jpeg) => ["--b\r\n", HEADERS, "\r\n", jpeg, jpeg, "\r\n"],
  },
  { what: "one picture behind the other", part: (jpeg) => [jpeg] },
  { what: "with text between pictures and no parts", part: (jpeg) => [jpeg, "\n\n"] },
  {
    what: "without an end of the picture, with lengths",
    part: (jpeg) => {
      const cut = withoutEnd(jpeg);
      return ["--b\r\n", HEADERS, lengthOf(cut), "\r\n", cut, "\r\n"];
    },
    seen: withoutEnd,
  },
  {
    what: "without an end of the picture or lengths, the boundary right behind it",
    part: (jpeg) => ["--bound\r\n", HEADERS, "\r\n", withoutEnd(jpeg)],
    seen: withoutEnd,
  },
  {
    what: "with the boundary unknown, without an end of the picture",
    part: (jpeg) => {
      const cut = withoutEnd(jpeg);
      return [HEADERS, lengthOf(cut), "\r\n", cut, "\r\n"];
    },
    seen: withoutEnd,
  },
  {
    what: "with every second picture cut off in its middle",
    part: (jpeg, index) => {
      const part = index % 2 ? jpeg.subarray(0, jpeg.length / 2) : jpeg;
      return ["--b\r\n", HEADERS, lengthOf(part), "\r\n", part, "\r\n"];
    },
    seen: (jpeg, index) => index % 2 ? jpeg.subarray(0, jpeg.length / 2) : jpeg,
  },
  {
    what: "with every second picture cut off in its headers",
    part: (jpeg, index) => {
      const part = index % 2 ? jpeg : jpeg.subarray(0, 100);
      return ["--b\r\n", HEADERS, "\r\n", part, "\r\n"];
    },
    seen: (jpeg, index) => index % 2 ? jpeg : jpeg.subarray(0, 100),
  },
];

for (const { what, announced, part, seen = (jpeg: Uint8Array) => jpeg } of WAYS) {
  const stream = bytesOf(JPEGS.flatMap(part));
  // The last part ends by the end of the stream, line break and all.
  const pictures = JPEGS.map(seen).filter((jpeg) => jpeg !== undefined);

  Deno.test(`PartCutter.push() cuts out pictures that come ${what}`, () => {
    for (const size of [stream.length, 1, 2, 3, 7, 1460]) {
      const jpegs = cut(stream, size, announced);
      assert.equal(jpegs.length, pictures.length, `in pieces of ${size}`);
      for (const [index, jpeg] of jpegs.entries()) {
        const isLast = index === pictures.length - 1;
        const same = isLast ? jpeg.subarray(0, pictures[index]!.length) : jpeg;
        assert.deepEqual(same, pictures[index], `picture ${index} in pieces of ${size}`);
      }
    }
  });
}

Deno.test("PartCutter.push() cuts alike wherever the pieces fall", () => {
  const stream = bytesOf(JPEGS.flatMap(WAYS[0]!.part));
  for (let split = 1; split < stream.length; split++) {
    const cutter = new PartCutter();
    const jpegs = [
      ...cutter.push(stream.slice(0, split), 1),
      ...cutter.push(stream.slice(split), 2),
    ].map(({ jpeg }) => jpeg);
    assert.deepEqual(jpegs, JPEGS);
  }
});

Deno.test("PartCutter.push() tells when a picture's last byte came", () => {
  const cutter = new PartCutter("b");
  const [jpeg] = JPEGS;
  cutter.push(bytesOf(["--b\r\n\r\n", jpeg!.subarray(0, 100)]), 10);
  assert.deepEqual(cutter.push(jpeg!.subarray(100), 20), [{ jpeg, atMicros: 20 }]);
  // Without an end it is the next boundary that ends it, which may come much later.
  cutter.push(bytesOf(["\r\n--b\r\n\r\n", withoutEnd(jpeg!)]), 30);
  const [late] = cutter.push(bytesOf(["\r\n--b\r\n"]), 5000);
  assert.deepEqual(late, { jpeg: withoutEnd(jpeg!), atMicros: 30 });
});

Deno.test("PartCutter.push() never fails, whatever comes", () => {
  const token = fc.constantFrom<Piece>(
    ...["--b\r\n", "\r\n", "Content-Length: 7\r\n", "Content-Length: 0\r\n", HEADERS, "--", "\0"],
    ...[[0xff], [0xff, 0xd8], [0xff, 0xd9], [0xff, 0xda, 0, 8], [0xff, 0xe0, 0xff, 0xff]].map(
      (bytes) => Uint8Array.from(bytes),
    ),
    JPEGS[0]!,
    JPEGS[1]!.subarray(0, 300),
  );
  fc.assert(
    fc.property(
      fc.array(fc.oneof(token, fc.uint8Array({ maxLength: 20 })), { maxLength: 30 }),
      fc.integer({ min: 1, max: 400 }),
      (pieces, size) => {
        const stream = bytesOf(pieces);
        const whole = cut(stream, stream.length || 1);
        assert.ok(whole.every((jpeg) => jpeg.length <= stream.length));
        cut(stream, size);
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test("PartCutter.push() gives up a picture that has no end, and goes on", () => {
  const cutter = new PartCutter();
  const megabyte = new Uint8Array(1024 * 1024).fill(0x11);
  cutter.push(JPEGS[0]!.subarray(0, -2), 0);
  let damaged = 0;
  for (let count = 0; count < 18; count++) damaged += cutter.push(megabyte, 0).length;
  assert.equal(damaged, 1);
  assert.deepEqual(cutter.push(JPEGS[1]!, 0).map(({ jpeg }) => jpeg), [JPEGS[1]]);
});
