import assert from "node:assert/strict";
import fc from "fast-check";
import { findMarkerInScan } from "../../lib/jpeg/scan_data.ts";

/** The same, byte by byte. */
function slowly(bytes: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length; at++) {
    if (bytes[at] !== 0xff || bytes[at + 1] === 0xff) continue;
    const next = bytes[at + 1];
    if (next === undefined || next !== 0 && !(next >= 0xd0 && next <= 0xd7)) return at;
    at++;
  }
  return bytes.length;
}

Deno.test("findMarkerInScan() finds what a search byte by byte finds, wherever the bytes lie", () => {
  const anyBytes = fc.array(
    fc.oneof(fc.nat(255), fc.constantFrom(0xff, 0xfe, 0, 0xd0, 0xd7, 0xd8)),
    { maxLength: 64 },
  );
  fc.assert(
    fc.property(anyBytes, fc.nat(7), fc.nat(70), (values, offset, from) => {
      const bytes = Uint8Array.from([...Array(offset).fill(0xff), ...values, 0xff, 0xd9])
        .subarray(offset, -2);
      const expected = slowly(bytes, from);
      assert.equal(findMarkerInScan(bytes, from), Math.max(expected, Math.min(from, bytes.length)));
    }),
    { numRuns: 5_000 },
  );
});
