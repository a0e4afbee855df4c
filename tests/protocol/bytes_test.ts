import assert from "node:assert/strict";
import fc from "fast-check";
import { readU32, readU64, writeU32, writeU64 } from "../../lib/protocol/bytes.ts";

Deno.test("writeU32() and readU32() agree with DataView", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.nat(3), (value, offset) => {
    const bytes = new Uint8Array(8);
    writeU32(bytes, offset, value);
    assert.equal(new DataView(bytes.buffer).getUint32(offset), value);
    assert.equal(readU32(bytes, offset), value);
  }));
});

Deno.test("writeU64() and readU64() agree with DataView", () => {
  fc.assert(fc.property(fc.maxSafeNat(), fc.nat(3), (value, offset) => {
    const bytes = new Uint8Array(12);
    writeU64(bytes, offset, value);
    assert.equal(new DataView(bytes.buffer).getBigUint64(offset), BigInt(value));
    assert.equal(readU64(bytes, offset), value);
  }));
});
