/**
 * Follows the structure of one JPEG after another, as tolerantly as decoders do.
 *
 * @module
 */
import { findMarkerInScan } from "./scan_data.ts";
import { hasLength, isFrameHeader, isLegalLength, Marker, readU16 } from "./structure.ts";
import { MAX_JPEG_BYTES } from "./limits.ts";

/** So many bytes that belong to nothing are passed over in front of the markers of its headers. */
const MAX_PADDING_BYTES = 512;
/** What a segment behind such bytes is worth of them: no chain of those goes on for long either. */
const SEGMENT_AS_PADDING_BYTES = 16;

/** Where a picture was found, as positions in the bytes. */
export interface FoundPicture {
  /** Where its SOI is. */
  readonly start: number;
  /** Behind it. */
  readonly end: number;
  /** Whether it ends with EOI; else another picture's SOI came first. */
  readonly hasEnd: boolean;
}

/**
 * What is being read: nothing yet, the place where a marker must stand, or entropy-coded data.
 */
type State = "seek" | "marker" | "scan";

/**
 * Finds pictures in bytes of which more may come.
 *
 * - Segments up to the scan are followed by their lengths, so a thumbnail in a segment or the bytes
 *   FF D9 in a comment end nothing.
 * - Tolerant: padding in front of a marker, a second SOI, an EOI that is missing before the next
 *   SOI, and any bytes within a scan. Whether there is a picture in it, a decoder finds out.
 * - What is no picture by its headers is given up, and the search goes on where a wrong length may
 *   have swallowed a start. The time it takes is linear in the bytes, whatever they are.
 */
export class JpegScanner {
  readonly #findMarker: typeof findMarkerInScan;
  #start = 0;
  /** The next byte to be looked at; beyond what is received while a segment is coming in. */
  #at = 0;
  /** Where to go on should the last segment turn out to be none. */
  #resumeAt = 0;
  #state: State = "seek";
  #hasFrameHeader = false;
  #hasScan = false;
  #paddingBytes = 0;

  /** @param findMarker looks through the data of scans */
  constructor(findMarker: typeof findMarkerInScan = findMarkerInScan) {
    this.#findMarker = findMarker;
  }

  /** Where the picture begins that has begun, or the search goes on. */
  get start(): number {
    return this.#start;
  }

  get began(): boolean {
    return this.#state !== "seek";
  }

  /** Whether the one that has begun has come as far as its scan. */
  get inScan(): boolean {
    return this.began && this.#hasScan;
  }

  /**
   * The next picture, or `undefined` when that takes more bytes.
   *
   * @param bytes the same as before, and perhaps more behind them
   */
  next(bytes: Uint8Array): FoundPicture | undefined {
    for (;;) {
      const outcome = this.#step(bytes);
      if (typeof outcome === "object") return outcome;
      if (this.began && this.#at - this.#start > MAX_JPEG_BYTES) this.#giveUp();
      else if (!outcome) return undefined;
    }
  }

  /** What has begun is no picture: the next may begin within it. */
  #giveUp(): true {
    this.#state = "seek";
    this.#start = this.#resumeAt;
    return true;
  }

  /**
   * Says that no more bytes will come, so that a segment which ends behind them is none.
   *
   * @returns whether {@linkcode next} may find something now
   */
  lookAgain(bytes: Uint8Array): boolean {
    if (!this.began) return false;
    if (!this.#hasScan) return this.#giveUp();
    return this.#at >= bytes.length && this.#resumeAt < this.#at && this.#backToScan();
  }

  /** Says that so many bytes in front are gone. */
  shift(bytes: number): void {
    this.#start -= bytes;
    this.#at -= bytes;
    this.#resumeAt -= bytes;
  }

  /** Goes on by one marker or one run of data; false when that takes more bytes. */
  #step(bytes: Uint8Array): boolean | FoundPicture {
    switch (this.#state) {
      case "seek":
        return this.#seek(bytes);
      case "marker":
        return this.#readMarker(bytes);
      case "scan":
        return this.#readScan(bytes);
    }
  }

  #seek(bytes: Uint8Array): boolean {
    this.#start = findFF(bytes, this.#start);
    if (this.#start + 1 >= bytes.length) return false;
    if (bytes[this.#start + 1] === Marker.SOI) this.#begin(this.#start);
    else this.#start++;
    return true;
  }

  #begin(at: number): true {
    this.#start = at;
    this.#at = this.#resumeAt = at + 2;
    this.#state = "marker";
    this.#hasFrameHeader = false;
    this.#hasScan = false;
    this.#paddingBytes = 0;
    return true;
  }

  /** At a place where a marker must stand: in the headers, or behind a segment behind a scan. */
  #readMarker(bytes: Uint8Array): boolean | FoundPicture {
    const at = this.#at;
    const available = bytes.length - at;
    if (available < 1) return false;
    if (bytes[at] !== 0xff) return this.#hasScan ? this.#backToScan() : this.#skipPadding(bytes);
    if (available < 2) return false;
    const marker = bytes[at + 1]!;
    if (marker === Marker.FILL) return this.#passOver(1);
    if (marker === Marker.EOI) return this.#hasScan ? this.#found(at + 2, true) : this.#giveUp();
    if (marker === Marker.SOI) return this.#readSecondStart(bytes);
    if (!hasLength(marker)) return this.#hasScan ? this.#backToScan() : this.#passOver(2);
    if (available < 4) return false;
    const length = readU16(bytes, at + 2);
    if (!isLegalLength(marker, length) || !this.#isInOrder(marker)) {
      return this.#hasScan ? this.#backToScan() : this.#giveUp();
    }
    this.#at = at + 2 + length;
    // Bytes that belong to nothing say that the segment before them may be none, and begin another.
    if (!this.#hasScan && this.#paddingBytes > 0) this.#countPadding(SEGMENT_AS_PADDING_BYTES);
    else this.#resumeAt = at + 4;
    if (this.began && marker === Marker.SOS) this.#state = "scan";
    return true;
  }

  /** Exactly one frame header comes before the first scan. */
  #isInOrder(marker: number): boolean {
    if (marker === Marker.SOS) return this.#hasScan = this.#hasFrameHeader;
    if (!isFrameHeader(marker)) return true;
    if (this.#hasFrameHeader) return false;
    return this.#hasFrameHeader = true;
  }

  /** What looked like a segment within the data was none. */
  #backToScan(): true {
    this.#at = this.#resumeAt;
    this.#state = "scan";
    return true;
  }

  #skipPadding(bytes: Uint8Array): true {
    // A segment that was cut short takes its missing bytes from the next picture.
    const segment = bytes.subarray(this.#resumeAt, this.#at);
    if (this.#paddingBytes === 0 && holdsStart(segment)) return this.#giveUp();
    const room = MAX_PADDING_BYTES - this.#paddingBytes;
    return this.#passOver(findFF(bytes.subarray(this.#at, this.#at + room), 0));
  }

  #passOver(bytes: number): true {
    this.#at += bytes;
    if (!this.#hasScan) return this.#countPadding(bytes);
    this.#resumeAt = this.#at;
    return true;
  }

  /** Without a limit, what is searched could be searched again from each byte of a segment. */
  #countPadding(bytes: number): true {
    this.#paddingBytes += bytes;
    return this.#paddingBytes < MAX_PADDING_BYTES || this.#giveUp();
  }

  /** Another picture begins before this one has ended, or this one begins once more. */
  #readSecondStart(bytes: Uint8Array): boolean | FoundPicture {
    const at = this.#at;
    if (!this.#hasScan) return this.#begin(at);
    if (at + 2 >= bytes.length) return false;
    return bytes[at + 2] === 0xff ? this.#found(at, false) : this.#backToScan();
  }

  #readScan(bytes: Uint8Array): boolean {
    if (this.#at >= bytes.length) return false;
    // No picture begins in the data before it, so that nothing is ever searched twice.
    const at = this.#at = this.#resumeAt = this.#findMarker(bytes, this.#at);
    if (at + 1 >= bytes.length) return false;
    this.#state = "marker";
    this.#resumeAt = at + 2;
    return true;
  }

  #found(end: number, hasEnd: boolean): FoundPicture | true {
    const { start } = this;
    if (end - start > MAX_JPEG_BYTES) return this.#giveUp();
    this.#state = "seek";
    this.#start = end;
    return { start, end, hasEnd };
  }
}

/** The first 0xFF at or behind `from`, or the end of the bytes. */
function findFF(bytes: Uint8Array, from: number): number {
  const found = bytes.indexOf(0xff, from);
  return found < 0 ? bytes.length : found;
}

function holdsStart(bytes: Uint8Array): boolean {
  for (let at = findFF(bytes, 0); at < bytes.length; at = findFF(bytes, at + 1)) {
    if (bytes[at + 1] === Marker.SOI) return true;
  }
  return false;
}
