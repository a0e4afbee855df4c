/**
 * Whether the pictures of an AVI come at even intervals.
 *
 * AVI has no times, only a rate; a picture that stays longer is followed by empty ones, which the
 * readers leave out.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { open } from "node:fs/promises";

/** An index of more bytes than this is of more than a day of pictures. */
const MAX_INDEX_BYTES = 64 * 1024 * 1024;

/** One entry: what it is, flags, where it is, and its length, four bytes each. */
const ENTRY_BYTES = 16;

/** Reads the index at the end of an AVI; false where there is none, or empty pictures in it. */
export async function hasEvenPictures(path: string): Promise<boolean> {
  const file = await open(path);
  const readAt = async (offset: number, length: number) =>
    (await file.read(Buffer.alloc(length), 0, length, offset)).buffer;
  try {
    const { size: fileBytes } = await file.stat();
    let offset = 12; // "RIFF", a length and "AVI "
    while (offset + 8 <= fileBytes) {
      const head = await readAt(offset, 8);
      const length = head.readUInt32LE(4);
      if (head.toString("latin1", 0, 4) === "idx1") {
        if (length > MAX_INDEX_BYTES || offset + 8 + length > fileBytes) return false;
        return isEven(await readAt(offset + 8, length));
      }
      offset += 8 + length + length % 2;
    }
    return false;
  } finally {
    await file.close();
  }
}

function isEven(index: Buffer): boolean {
  for (let at = 0; at + ENTRY_BYTES <= index.length; at += ENTRY_BYTES) {
    const isPicture = /^\d\dd[bc]$/.test(index.toString("latin1", at, at + 4));
    if (isPicture && index.readUInt32LE(at + 12) === 0) return false;
  }
  return true;
}
