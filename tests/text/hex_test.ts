import assert from "node:assert/strict";
import fc from "fast-check";
import { bytesOf, hexOf } from "../../lib/text/hex.ts";

Deno.test("hexOf() and bytesOf() do what JavaScript's own toHex and fromHex do", () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => {
    const digits = bytes.toHex();
    assert.equal(hexOf(bytes), digits);
    assert.deepEqual(bytesOf(digits), Uint8Array.fromHex(digits));
    assert.deepEqual(bytesOf(digits.toUpperCase()), Uint8Array.fromHex(digits));
  }));
});
