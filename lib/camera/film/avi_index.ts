/**
 * Whether the pictures of an AVI come at even intervals.
 *
 * AVI has no times, only a rate; a picture that stays longer is followed by empty ones, which the
 * readers leave out.
 *
 * @module
 */

/** An index of more bytes than this is of more than a day of pictures. */
const MAX_INDEX_BYTES = 64 * 1024 * 1024;

/** One entry: what it is, flags, where it is, and its length, four bytes each. */
const ENTRY_BYTES = 16;

/** Reads the index at the end of an AVI; false where there is none, or empty pictures in it. */
export async function hasEvenPictures(path: string): Promise<boolean> {
  using file = await Deno.open(path);
  const { size: fileBytes } = await file.stat();
  let offset = 12; // "RIFF", a length and "AVI "
  while (offset + 8 <= fileBytes) {
    const head = await readAt(file, offset, 8);
    const length = head.getUint32(4, true);
    if (nameAt(head, 0) === "idx1") {
      if (length > MAX_INDEX_BYTES || offset + 8 + length > fileBytes) return false;
      return isEven(await readAt(file, offset + 8, length));
    }
    offset += 8 + length + length % 2;
  }
  return false;
}

function isEven(index: DataView): boolean {
  for (let at = 0; at + ENTRY_BYTES <= index.byteLength; at += ENTRY_BYTES) {
    const isPicture = /^\d\dd[bc]$/.test(nameAt(index, at));
    if (isPicture && index.getUint32(at + 12, true) === 0) return false;
  }
  return true;
}

function nameAt(view: DataView, offset: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((at) => view.getUint8(offset + at)));
}

async function readAt(file: Deno.FsFile, offset: number, length: number): Promise<DataView> {
  await file.seek(offset, Deno.SeekMode.Start);
  const bytes = new Uint8Array(length);
  for (let filled = 0; filled < length;) {
    const count = await file.read(bytes.subarray(filled));
    if (count === null) break;
    filled += count;
  }
  return new DataView(bytes.buffer);
}
