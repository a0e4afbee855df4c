import assert from "node:assert/strict";
import "../support/bridge.ts";
import fc from "fast-check";
import { findMarkerInScan } from "../../lib/jpeg/scan_data.ts";
import { findMarkerNatively } from "../../lib/opencv/jpeg_data.ts";

Deno.test("findMarkerNatively() finds what findMarkerInScan() finds, wherever the bytes lie", () => {
  const anyBytes = fc.array(
    fc.oneof(fc.nat(255), fc.constantFrom(0xff, 0xfe, 0, 0xcf, 0xd0, 0xd7, 0xd8)),
    { maxLength: 300 },
  );
  fc.assert(
    fc.property(anyBytes, fc.nat(7), fc.nat(310), (values, offset, from) => {
      const bytes = Uint8Array.from([...Array(offset).fill(0xff), ...values, 0xff, 0xd9])
        .subarray(offset, -2);
      assert.equal(findMarkerNatively(bytes, from), findMarkerInScan(bytes, from));
    }),
    { numRuns: 5_000 },
  );
});
