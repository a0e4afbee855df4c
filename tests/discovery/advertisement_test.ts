import assert from "node:assert/strict";
import fc from "fast-check";
import { advertisementIn, toTxt } from "../../lib/discovery/advertisement.ts";

const bytes = (texts: readonly string[]) => texts.map((text) => new TextEncoder().encode(text));

Deno.test("advertisementIn() reads what toTxt() writes", () => {
  for (const isPrivate of [true, false]) {
    for (const fingerprint of [undefined, "9f86d081884c7d65"]) {
      const advertisement = { version: 1, isPrivate, fingerprint };
      assert.deepEqual(advertisementIn(bytes(toTxt(advertisement))), advertisement);
    }
  }
  assert.deepEqual(toTxt({ version: 1, isPrivate: true, fingerprint: "ab12ab12" }), [
    "v=1",
    "private=1",
    "id=ab12ab12",
  ]);
});

Deno.test("advertisementIn() leaves out what is not understood, and takes the first of two", () => {
  const nothing = { version: undefined, isPrivate: false, fingerprint: undefined };
  for (const data of [undefined, null, "v=1", 7, {}, [], ["v=1"], [1], bytes(["v", "=1", ""])]) {
    assert.deepEqual(advertisementIn(data), nothing);
  }
  assert.deepEqual(
    advertisementIn(bytes(["V=1", "v=2", "private=1", "PRIVATE=0", "id=\x1b[31m", "x=y"])),
    { version: 1, isPrivate: true, fingerprint: undefined },
  );
  assert.equal(advertisementIn(bytes(["v=1e3"])).version, undefined);
});

Deno.test("advertisementIn() takes any bytes", () => {
  fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 255 }), { maxLength: 100 }), (data) => {
    const { fingerprint = "00000000" } = advertisementIn(data);
    assert.match(fingerprint, /^[0-9a-f]{8,64}$/);
  }));
});
