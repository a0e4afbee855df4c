/**
 * Streams of pictures for tests, and what is cut out of them.
 *
 * @module
 */

import { PartCutter } from "../../../lib/camera/http/part_cutter.ts";

/** Text or bytes of a stream. */
export type Piece = string | Uint8Array;

/** The pieces as they come one after another. */
export function bytesOf(pieces: readonly Piece[]): Uint8Array {
  return new Uint8Array(
    pieces.flatMap((piece) =>
      typeof piece === "string" ? [...new TextEncoder().encode(piece)] : [...piece]
    ),
  );
}

/** What comes out of a stream when it comes in pieces of that size. */
export function cut(bytes: Uint8Array, size: number, boundary?: string): Uint8Array[] {
  const cutter = new PartCutter(boundary);
  const jpegs: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    // A piece is the caller's again: what is kept of it must be a copy.
    const piece = bytes.slice(at, at + size);
    jpegs.push(...cutter.push(piece, at).map(({ jpeg }) => jpeg));
    piece.fill(0x55);
  }
  return [...jpegs, ...cutter.end().map(({ jpeg }) => jpeg)];
}

/** A JPEG without its EOI. */
export function withoutEnd(jpeg: Uint8Array): Uint8Array {
  return jpeg.subarray(0, -2);
}
