import assert from "node:assert/strict";
import "../../support/bridge.ts";
import { numberedJpeg } from "../../support/numbered_pictures.ts";
import { moduleUrl, runToItsEnd } from "../../support/script.ts";
import { bytesOf, cut, withoutEnd } from "./cutting.ts";

const JPEGS = await Promise.all([1, 2, 3].map(numberedJpeg));

Deno.test("PartCutter.push() cuts alike wherever the pieces fall in a long text", () => {
  const filler = " ".repeat(90_000);
  const [jpeg, next] = JPEGS;
  const end = withoutEnd(jpeg!);
  const length = `Content-Length: ${filler.length + end.length}\r\n\r\n`;
  const stream = bytesOf(["--b\r\n", length, filler, end, "\r\nmore\r\n--b\r\n\r\n", next!]);
  // The length stands further in front than what is kept.
  const expected = [bytesOf([end, "\r\nmore"]), next!];
  for (const size of [stream.length, 65_536, 10_000, 1000, 1]) {
    assert.deepEqual(cut(stream, size, "b"), expected, `in pieces of ${size}`);
  }
});

Deno.test("PartCutter.push() finds the part that begins far in front of its picture", () => {
  const stream = bytesOf([
    ...["--b\r\nContent-Type: image/jpeg\r\n\r\n", JPEGS[0]!, "\r\n"],
    // A second picture in the same part, then one in the next.
    ...[JPEGS[1]!, "\r\n--b\r\n", "x".repeat(200_000), JPEGS[2]!],
  ]);
  for (const size of [stream.length, 65_536, 3, 1]) {
    assert.deepEqual(cut(stream, size), [JPEGS[0], JPEGS[2]], `in pieces of ${size}`);
  }
});

Deno.test("PartCutter.push() counts empty lines behind the headers' end as content", () => {
  const end = withoutEnd(JPEGS[0]!);
  for (const lines of ["", "\r\n", "\n", "\r\n\r\n", "\n\n\n\0"]) {
    const length = `Content-Length: ${lines.length + end.length}`;
    const stream = bytesOf([length, "\r\n\r\n", lines, end, "\r\nmore"]);
    assert.deepEqual(cut(stream, stream.length), [end], JSON.stringify(lines));
  }
});

/** Streams of these alone, with what comes first, were made to take long. */
const TROUBLE: readonly (readonly [repeated: string, first?: string])[] = [
  ["\xff\xd8\xff\xd9"],
  ["\xff\xd8"],
  ["\xff"],
  ["\r\n--b\r\n\r\n\xff\xd8\xff\xd9"],
  ["\r\n--b\r\n\r\n\xff\xd8\0"],
  ["Content-Length: 2\r\n\r\n\xff\xd8\0\r\n--"],
  ["\n\n"],
  ["--"],
  // Pictures in one and the same part, behind much else.
  ["\xff\xd8", `--b\r\n\r\n\xff\xd8\xff\xd9${"x".repeat(120_000)}`],
  // Empty lines, then something else.
  [`${"\n".repeat(30_000)}${"a".repeat(30_000)}\xff\xd8\xff\xd9`],
];

Deno.test("PartCutter.push() comes to the end of long streams that were made to take long", async () => {
  await runToItsEnd(`
    import { PartCutter } from "${moduleUrl("lib/camera/http/part_cutter.ts")}";
    for (const [piece, first = ""] of ${JSON.stringify(TROUBLE)}) {
      const chunk = Uint8Array.from({ length: 256 * 1024 }, (_, at) => piece.charCodeAt(at % piece.length));
      const cutter = new PartCutter("b");
      cutter.push(Uint8Array.from(first, (character) => character.charCodeAt(0)), 0);
      for (let count = 0; count < 2; count++) cutter.push(chunk, 0);
    }`);
});
