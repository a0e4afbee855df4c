/**
 * What the bytes behind an 0xFF mean in a JPEG (ITU-T T.81, table B.1).
 *
 * A JPEG is SOI, then segments (marker, u16 length, content), of which SOS is followed by
 * entropy-coded data up to the next marker that is neither a stuffed zero nor RSTn, then EOI.
 *
 * @module
 */

/** Second bytes of the markers that are told apart here. */
export const Marker = {
  /** Not a marker: 0xFF in entropy-coded data is followed by this. */
  STUFFED: 0x00,
  /** Baseline frame header. */
  SOF0: 0xc0,
  /** Extended sequential frame header, Huffman-coded. */
  SOF1: 0xc1,
  /** Huffman tables. */
  DHT: 0xc4,
  /** The first and last of the eight restart markers. */
  RST0: 0xd0,
  RST7: 0xd7,
  /** Start of image. */
  SOI: 0xd8,
  /** End of image. */
  EOI: 0xd9,
  /** Start of scan: entropy-coded data follow the segment. */
  SOS: 0xda,
  /** Not a marker: any number of these may stand in front of a marker's second byte. */
  FILL: 0xff,
} as const;

/** Whether a segment with a length follows the marker. */
export function hasLength(marker: number): boolean {
  return marker >= 0xc0 && marker < 0xff && !(marker >= Marker.RST0 && marker <= Marker.EOI);
}

/** Whether the marker begins a frame header (SOFn), which holds the picture's size. */
export function isFrameHeader(marker: number): boolean {
  // 0xC4, 0xC8 and 0xCC in this range are DHT, JPG and DAC.
  return marker >= 0xc0 && marker <= 0xcf && marker % 4 !== 0 || marker === Marker.SOF0;
}

/** Whether the marker may stand in entropy-coded data without ending it. */
export function isWithinScan(marker: number): boolean {
  return marker === Marker.STUFFED || marker >= Marker.RST0 && marker <= Marker.RST7;
}

/**
 * Whether a segment may be that long, length field included. A scan header lists one to four
 * components, a frame header up to 255: a length beyond that leads astray.
 */
export function isLegalLength(marker: number, length: number): boolean {
  if (marker === Marker.SOS) return length >= 8 && length <= 14;
  if (isFrameHeader(marker)) return length >= 11 && length <= 773;
  return length >= 2;
}

/** The u16 at `offset`, big-endian; the length of a segment counts itself but not the marker. */
export function readU16(bytes: Uint8Array, offset: number): number {
  return bytes[offset]! << 8 | bytes[offset + 1]!;
}
