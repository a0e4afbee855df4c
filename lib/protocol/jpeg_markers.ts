/**
 * What can be told of a JPEG from its headers, without decoding it.
 *
 * @example
 * ```ts
 * import { looksWhole } from "./jpeg_markers.ts";
 *
 * console.assert(!looksWhole(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)));
 * ```
 * @module
 */
import { CaptureVideoError } from "../errors.ts";
import { hasLength, isFrameHeader, isLegalLength, Marker, readU16 } from "./jpeg_structure.ts";
import { STANDARD_HUFFMAN_TABLES } from "./huffman_tables.ts";

/** The size of a picture. */
export interface PictureSize {
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
}

/** One segment of a JPEG's headers. */
interface Segment {
  /** The marker's second byte. */
  readonly marker: number;
  /** Where the marker begins. */
  readonly at: number;
  /** Where the content behind the length begins. */
  readonly contentAt: number;
  /** Behind the content. */
  readonly end: number;
}

/**
 * Whether these bytes begin and end as a JPEG does: SOI, whole segments with one frame header up
 * to the first scan, and EOI at the end; zeros behind it, as some cameras pad, do not matter.
 * A picture cut short by the camera fails this; damage within the scan is for a decoder to find.
 */
export function looksWhole(jpeg: Uint8Array): boolean {
  let hasFrameHeader = false;
  for (const { marker, end } of headerSegments(jpeg)) {
    if (isFrameHeader(marker)) hasFrameHeader = true;
    if (marker === Marker.SOS) return hasFrameHeader && endsWithEOI(jpeg, end);
  }
  return false;
}

/**
 * The size of the picture.
 *
 * @throws {CaptureVideoError} `"damaged-jpeg"` when no frame header says it
 */
export function jpegSize(jpeg: Uint8Array): PictureSize {
  for (const { marker, contentAt } of headerSegments(jpeg)) {
    if (!isFrameHeader(marker)) continue;
    const size = { height: readU16(jpeg, contentAt + 1), width: readU16(jpeg, contentAt + 3) };
    if (size.width > 0 && size.height > 0) return size;
  }
  throw new CaptureVideoError(
    "damaged-jpeg",
    `Cannot read the size of a picture: ${jpeg.length} bytes without a JPEG frame header`,
  );
}

/**
 * The JPEG with the standard Huffman tables (ITU-T T.81, annex K.3) in front of its scan, when it
 * has none: MJPEG cameras may leave them out, and not every decoder knows them by heart. The same
 * array when nothing is missing, or when it is no sequential Huffman-coded JPEG.
 */
export function withHuffmanTables(jpeg: Uint8Array): Uint8Array {
  let isSequential = false;
  for (const { marker, at } of headerSegments(jpeg)) {
    if (marker === Marker.DHT) return jpeg;
    if (marker === Marker.SOF0 || marker === Marker.SOF1) isSequential = true;
    if (marker === Marker.SOS) return isSequential ? insert(jpeg, at) : jpeg;
  }
  return jpeg;
}

function insert(jpeg: Uint8Array, at: number): Uint8Array {
  const whole = new Uint8Array(jpeg.length + STANDARD_HUFFMAN_TABLES.length);
  whole.set(jpeg.subarray(0, at));
  whole.set(STANDARD_HUFFMAN_TABLES, at);
  whole.set(jpeg.subarray(at), at + STANDARD_HUFFMAN_TABLES.length);
  return whole;
}

/** The whole segments up to and with the first SOS; ends early where the structure is broken. */
function* headerSegments(jpeg: Uint8Array): Generator<Segment, void, undefined> {
  if (jpeg[0] !== 0xff || jpeg[1] !== Marker.SOI) return;
  let at = 2;
  while (at + 4 <= jpeg.length && jpeg[at] === 0xff) {
    const marker = jpeg[at + 1]!;
    if (marker === Marker.FILL) {
      at++;
      continue;
    }
    const length = readU16(jpeg, at + 2);
    const end = at + 2 + length;
    if (!hasLength(marker) || !isLegalLength(marker, length) || end > jpeg.length) return;
    yield { marker, at, contentAt: at + 4, end };
    if (marker === Marker.SOS) return;
    at = end;
  }
}

function endsWithEOI(jpeg: Uint8Array, from: number): boolean {
  let end = jpeg.length;
  while (end > from && jpeg[end - 1] === 0) end--;
  return end - from >= 2 && jpeg[end - 2] === 0xff && jpeg[end - 1] === Marker.EOI;
}
