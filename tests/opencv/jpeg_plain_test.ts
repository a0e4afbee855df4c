import assert from "node:assert/strict";
import fc from "fast-check";
import "../support/bridge.ts";
import { withHuffmanTables } from "../../lib/jpeg/markers.ts";
import { findJpeg } from "../../lib/jpeg/picture.ts";
import { CV_8UC1, isPlainJpeg, Mat } from "../../lib/opencv/mod.ts";
import { anyJpeg, fixture, FIXTURES } from "../jpeg/support.ts";
import { ODDITIES } from "../support/odd_jpegs.ts";

function isPlain(bytes: Uint8Array): boolean {
  using mat = new Mat(1, bytes.length, CV_8UC1);
  mat.setData(bytes);
  return isPlainJpeg(mat);
}

/** Whether the slow way leaves the bytes as they are. */
function lacksNothing(bytes: Uint8Array): boolean {
  const { jpeg, hasEnd } = findJpeg(bytes) ?? {};
  return hasEnd === true && jpeg?.length === bytes.length && withHuffmanTables(bytes) === bytes;
}

Deno.test("isPlainJpeg() knows the pictures of cameras and encoders", () => {
  for (const name of ["baseline", "grey", "restart", "sampled-odd", "thumbnail"] as const) {
    assert.ok(isPlain(fixture(name)), name);
  }
});

for (const [name, change] of Object.entries(ODDITIES)) {
  Deno.test(`isPlainJpeg() says yes to a picture with ${name} only where nothing is put right`, () => {
    const bytes = change(fixture("baseline"));
    assert.ok(!isPlain(bytes) || lacksNothing(bytes));
  });
}

Deno.test("isPlainJpeg() says yes to damaged bytes only where nothing is put right", () => {
  const damage = fc.array(fc.tuple(fc.nat(), fc.constantFrom(0xff, 0, 0xd0, 0xd8, 0xd9, 0xda, 7)));
  const jpegs = fc.oneof(anyJpeg, fc.constantFrom(...FIXTURES).map(fixture));
  fc.assert(
    fc.property(jpegs, damage, fc.nat(3), (jpeg, changes, missing) => {
      const bytes = jpeg.slice(0, jpeg.length - missing);
      for (const [at, value] of changes) bytes[at % bytes.length] = value;
      assert.ok(!isPlain(bytes) || lacksNothing(bytes));
    }),
    { numRuns: 3_000 },
  );
});

Deno.test("isPlainJpeg() says no to more pixels than guests take, and to none", () => {
  const jpeg = fixture("baseline");
  const sizeAt = jpeg.findIndex((byte, at) => byte === 0xff && jpeg[at + 1] === 0xc0) + 5;
  for (const side of [0xffff, 0]) {
    const bytes = jpeg.slice();
    bytes.set([side >> 8, side & 0xff, side >> 8, side & 0xff], sizeAt);
    assert.ok(!isPlain(bytes), `${side}`);
  }
});
