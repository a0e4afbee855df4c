import assert from "node:assert/strict";
import { findMarkerInScan } from "../../lib/jpeg/scan_data.ts";
import { JpegScanner } from "../../lib/jpeg/scanner.ts";
import { segment } from "./support.ts";
import { concat } from "../protocol/support.ts";

/** How many bytes are searched, in the data of scans and for 0xFF, when `bytes` come in pieces. */
function countSearched(bytes: Uint8Array): number {
  const { indexOf } = Uint8Array.prototype;
  let searched = 0;
  Uint8Array.prototype.indexOf = function (this: Uint8Array, byte: number, from = 0) {
    const found = indexOf.call(this, byte, from);
    searched += (found < 0 ? this.length : found + 1) - from;
    return found;
  };
  const scanner = new JpegScanner((part, from) => {
    const found = findMarkerInScan(part, from);
    searched += found - from;
    return found;
  });
  try {
    for (let end = 65_536; end < bytes.length + 65_536; end += 65_536) {
      assert.equal(scanner.next(bytes.subarray(0, end)), undefined);
    }
  } finally {
    Uint8Array.prototype.indexOf = indexOf;
  }
  return searched;
}

Deno.test("JpegScanner.next() searches few bytes more than twice, whatever the nesting", () => {
  const scan = concat(segment(0xda, new Uint8Array(8)), new Uint8Array(1_000_000));
  const starts: ReadonlyArray<(reach: number) => Uint8Array> = [
    // Starts with a segment that reaches over all the others, to the same scan.
    (reach) =>
      concat(
        Uint8Array.of(0xff, 0xd8),
        segment(0xc0, new Uint8Array(9)),
        Uint8Array.of(0xff, 0xe0, reach >> 8, reach & 0xff),
      ),
    // Starts with a segment that ends in the middle of the data.
    (reach) => Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, (reach + 500) >> 8, (reach + 500) & 0xff),
  ];
  for (const start of starts) {
    const each = start(0).length;
    const count = Math.floor(65_000 / each);
    const nested = Array.from({ length: count }, (_, index) =>
      // From behind the start's own length field to behind the last start.
      start((count - index - 1) * each + 2));
    for (const tail of [Uint8Array.of(0xff, 0x02), Uint8Array.of(0xff, 0xff, 0xff, 0x02)]) {
      const bytes = concat(...nested, scan, tail);
      const searched = countSearched(bytes);
      // Each start may pass over 512 bytes of padding, and 65,000 bytes hold so many starts.
      const most = 2 * bytes.length + 512 * count;
      assert.ok(searched <= most, `${searched} of ${bytes.length} bytes`);
    }
  }
});
