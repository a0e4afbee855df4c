/** What cameras put where it does not belong, and what only looks like a picture. */

import assert from "node:assert/strict";
import { JpegStreamCutter } from "../../lib/jpeg/stream.ts";
import { findSegment, fixture, segment } from "./support.ts";
import { byteByByte, concat } from "../protocol/support.ts";
import { cut } from "./cut_stream.ts";

const BASELINE = fixture("baseline");

Deno.test("JpegStreamCutter.push() takes any bytes within a scan, and leaves them to the decoder", () => {
  const odd = BASELINE.slice();
  odd.set([0xff, 0x02], odd.length - 20);
  odd.set([0xff, 0xe1, 0xff, 0xff], odd.length - 40); // a segment that would reach into the next
  assert.deepEqual(cut([odd, BASELINE, new Uint8Array(70_000)]), [odd, BASELINE]);
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
    const pictures = cut([bytes, bytes, BASELINE]);
    assert.deepEqual(pictures, [picture, picture, BASELINE]);
    assert.deepEqual(cut(byteByByte(concat(bytes, bytes, BASELINE))), pictures);
  });
}

Deno.test("JpegStreamCutter.push() gives a picture its missing end when the next one begins", () => {
  const endless = BASELINE.subarray(0, -2);
  const cutter = new JpegStreamCutter();
  assert.deepEqual(cutter.push(endless), []);
  assert.deepEqual(cutter.push(SOI), []);
  assert.deepEqual(cutter.push(endless.subarray(2)), [BASELINE]);
  assert.deepEqual(cutter.push(BASELINE), [BASELINE, BASELINE]);
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
    assert.deepEqual(cut([bytes, BASELINE]), [BASELINE]);
  });
}

Deno.test("JpegStreamCutter.push() finds a picture that a wrong length has swallowed", () => {
  // The first picture ends within a segment whose length reaches far into the second.
  const cutShort = concat(
    Uint8Array.of(0xff, 0xd8),
    segment(0xe1, new Uint8Array(500)).subarray(0, 100),
  );
  assert.deepEqual(cut([cutShort, BASELINE, BASELINE]), [BASELINE, BASELINE]);
});
