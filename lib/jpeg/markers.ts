/**
 * What the headers of a JPEG say, without decoding it.
 *
 * @module
 */
import { CaptureVideoError } from "../flow/errors.ts";
import { hasLength, isFrameHeader, isLegalLength, Marker, readU16 } from "./structure.ts";
import { STANDARD_HUFFMAN_TABLES } from "./huffman_tables.ts";

/** The size of a picture in pixels. */
export interface PictureSize {
  readonly width: number;
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

/** The whole segments up to and with the first SOS, whatever stands between them. */
function* headerSegments(jpeg: Uint8Array): Generator<Segment, void, undefined> {
  if (jpeg[0] !== 0xff || jpeg[1] !== Marker.SOI) return;
  for (let at = jpeg.indexOf(0xff, 2); at >= 0 && at + 4 <= jpeg.length;) {
    const marker = jpeg[at + 1]!;
    if (marker === Marker.EOI) return;
    if (!hasLength(marker)) {
      at = jpeg.indexOf(0xff, at + 1);
      continue;
    }
    const length = readU16(jpeg, at + 2);
    const end = at + 2 + length;
    if (!isLegalLength(marker, length) || end > jpeg.length) return;
    yield { marker, at, contentAt: at + 4, end };
    if (marker === Marker.SOS) return;
    at = jpeg.indexOf(0xff, end);
  }
}
