/**
 * A stream of JPEGs, cut.
 *
 * @module
 */

import { JpegStreamCutter } from "../../lib/jpeg/stream.ts";

/** What came out of a stream, and what was counted. */
export interface Cut {
  readonly pictures: readonly Uint8Array[];
  readonly damaged: number;
  readonly skippedBytes: number;
}

export function cut(pieces: Iterable<Uint8Array>): Cut {
  const cutter = new JpegStreamCutter();
  const pictures: Uint8Array[] = [];
  for (const piece of pieces) pictures.push(...cutter.push(piece));
  cutter.end();
  return { pictures, damaged: cutter.damaged, skippedBytes: cutter.skippedBytes };
}

/** What a stream without a fault gives. */
export function clean(...pictures: readonly Uint8Array[]): Cut {
  return { pictures, damaged: 0, skippedBytes: 0 };
}
