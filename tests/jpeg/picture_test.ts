import assert from "node:assert/strict";
import fc from "fast-check";
import { findJpeg, withEnd } from "../../lib/jpeg/picture.ts";
import { anyJpeg, fixture, FIXTURES } from "./support.ts";
import { concat } from "../protocol/support.ts";

const BASELINE = fixture("baseline");
const GREY = fixture("grey");
const SOI = Uint8Array.of(0xff, 0xd8);

function found(...parts: Uint8Array[]): { jpeg: Uint8Array; hasEnd: boolean } | undefined {
  return findJpeg(concat(...parts));
}

for (const name of FIXTURES) {
  Deno.test(`findJpeg() finds ${name}.jpg among other bytes`, () => {
    const jpeg = fixture(name);
    const whole = { jpeg, hasEnd: true };
    assert.deepEqual(found(jpeg), whole);
    assert.deepEqual(found(jpeg, new Uint8Array(5000)), whole);
    assert.deepEqual(found(new TextEncoder().encode("\r\n\r\n"), jpeg, Uint8Array.of(255)), whole);
    assert.deepEqual(found(SOI, jpeg), whole);
  });
}

Deno.test("findJpeg() takes any sound structure as it is", () => {
  fc.assert(fc.property(anyJpeg, (jpeg) => {
    assert.deepEqual(found(jpeg), { jpeg, hasEnd: true });
  }));
});

Deno.test("findJpeg() gives the first of two pictures, as in a file of stereo pictures", () => {
  assert.deepEqual(found(BASELINE, GREY), { jpeg: BASELINE, hasEnd: true });
});

Deno.test("findJpeg() gives the whole picture behind one that was cut short", () => {
  for (const length of [3, 100, BASELINE.length - 100, BASELINE.length - 2]) {
    assert.deepEqual(found(BASELINE.subarray(0, length), GREY), { jpeg: GREY, hasEnd: true });
  }
});

Deno.test("findJpeg() tells where the end is missing", () => {
  const endless = BASELINE.subarray(0, -2);
  assert.deepEqual(found(endless), { jpeg: endless, hasEnd: false });
  assert.deepEqual(found(Uint8Array.of(1, 2), endless), { jpeg: endless, hasEnd: false });
  assert.deepEqual(found(endless, GREY.subarray(0, -2)), { jpeg: endless, hasEnd: false });
  assert.deepEqual(found(withEnd(endless)), { jpeg: BASELINE, hasEnd: true });
});

Deno.test("findJpeg() finds the end behind what looks like a segment that goes as far or farther", () => {
  for (const marker of [0xe1, 0xda]) {
    for (const reach of [8, 0x25, 0x26, 0x27, 0xffff]) {
      const odd = BASELINE.slice();
      odd.set([0xff, marker, reach >> 8, reach & 0xff], odd.length - 40);
      assert.deepEqual(found(odd), { jpeg: odd, hasEnd: true }, `${marker} ${reach}`);
    }
  }
});

Deno.test("findJpeg() finds nothing where there is no picture", () => {
  for (const bytes of [new Uint8Array(), SOI, BASELINE.subarray(0, 300), new Uint8Array(2000)]) {
    assert.equal(found(bytes), undefined);
  }
  assert.equal(found(new TextEncoder().encode("<html>401</html>")), undefined);
});

Deno.test("findJpeg() survives any bytes, and finds again what it has found", () => {
  const anyBytes = fc.tuple(anyJpeg, fc.nat(), fc.nat(255), fc.uint8Array({ maxLength: 30 })).map(
    ([jpeg, at, value, junk]) => {
      jpeg[at % jpeg.length] = value;
      return concat(junk, jpeg, junk);
    },
  );
  fc.assert(fc.property(anyBytes, (bytes) => {
    const first = found(bytes);
    if (first?.hasEnd) assert.deepEqual(found(first.jpeg), first);
  }));
});
