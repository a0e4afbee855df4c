/**
 * Cuts a stream of bare JPEG files, one after another with nothing in between, into the files:
 * the way the tutorial's Python programs send pictures.
 *
 * @example
 * ```ts
 * import { JpegStreamCutter } from "./jpeg_stream.ts";
 *
 * const cutter = new JpegStreamCutter();
 * for (const piece of [Uint8Array.of(0xff, 0xd8, 0xff), Uint8Array.of(0xd9)]) {
 *   for (const jpeg of cutter.push(piece)) console.log(jpeg.length);
 * }
 * cutter.end();
 * console.assert(cutter.damaged === 1); // there is no picture between SOI and EOI
 * ```
 * @module
 */
import {
  hasLength,
  isFrameHeader,
  isLegalLength,
  isWithinScan,
  Marker,
  readU16,
} from "./jpeg_structure.ts";

/** A picture longer than this is given up, in bytes: 16 MiB. */
export const MAX_JPEG_BYTES = 16 * 1024 * 1024;

const INITIAL_BUFFER_BYTES = 256 * 1024;

/**
 * What is being read: nothing yet, the place where a marker must stand, or entropy-coded data.
 */
type State = "seek" | "marker" | "scan";

/**
 * The receiving end of a stream of bare JPEGs.
 *
 * - Cutting follows the structure of the file (segment lengths up to the scan, byte stuffing and
 *   restart markers within it, further scans, the end marker), so a thumbnail in a segment or the
 *   bytes FF D9 in a comment cut nothing.
 * - Pieces may fall anywhere: the same bytes give the same pictures.
 * - Damage is never an error: the picture is dropped and counted, and the next FF D8 begins
 *   another. Where a wrong segment length may have swallowed a picture's start, the search begins
 *   within that segment. The time it takes is linear in the bytes, whatever they are.
 * - Memory: at most twice {@linkcode MAX_JPEG_BYTES} and a piece.
 * - Ownership: a piece belongs to the caller again after `push`; each picture has its own memory.
 */
export class JpegStreamCutter {
  #buffer = new Uint8Array(INITIAL_BUFFER_BYTES);
  /** The part of the buffer that is filled; all positions below count from its beginning. */
  #received = this.#buffer.subarray(0, 0);
  /** Where the picture begins; what lies before it is done with. */
  #start = 0;
  /** The next byte to be looked at; beyond what is received while a segment is coming in. */
  #at = 0;
  /** Where to look for another picture should this one turn out to be damaged. */
  #resumeAt = 0;
  #state: State = "seek";
  #hasFrameHeader = false;
  #hasScan = false;
  #damaged = 0;
  #skippedBytes = 0;

  /** How many pictures began and did not end as they should. */
  get damaged(): number {
    return this.#damaged;
  }

  /** How many bytes were in no whole picture: those of damaged ones and those in between. */
  get skippedBytes(): number {
    return this.#skippedBytes;
  }

  /** The pictures that `chunk` completes, each from SOI to EOI, in order. */
  push(chunk: Uint8Array): Uint8Array<ArrayBuffer>[] {
    this.#append(chunk);
    const pictures: Uint8Array<ArrayBuffer>[] = [];
    for (;;) {
      const goesOn = this.#step(pictures);
      if (this.#state !== "seek" && this.#at - this.#start > MAX_JPEG_BYTES) this.#giveUp();
      else if (!goesOn) return pictures;
    }
  }

  /** Says that no more bytes will come: a picture that has begun counts as damaged. */
  end(): void {
    if (this.#state !== "seek") this.#giveUp();
    this.#discardTo(this.#received.length);
  }

  /** Goes on by one marker or one run of data; false when that takes more bytes. */
  #step(pictures: Uint8Array<ArrayBuffer>[]): boolean {
    switch (this.#state) {
      case "seek":
        return this.#seek();
      case "marker":
        return this.#readMarker(pictures);
      case "scan":
        return this.#readScan();
    }
  }

  #seek(): boolean {
    this.#discardTo(this.#findFF(this.#start));
    if (this.#start + 1 >= this.#received.length) return false;
    if (this.#received[this.#start + 1] !== Marker.SOI) {
      this.#discardTo(this.#start + 1);
      return true;
    }
    this.#state = "marker";
    this.#hasFrameHeader = false;
    this.#hasScan = false;
    this.#at = this.#resumeAt = this.#start + 2;
    return true;
  }

  #readMarker(pictures: Uint8Array<ArrayBuffer>[]): boolean {
    const at = this.#at;
    const available = this.#received.length - at;
    if (available < 1) return false;
    if (this.#received[at] !== 0xff) return this.#giveUp();
    if (available < 2) return false;
    const marker = this.#received[at + 1]!;
    if (marker === Marker.FILL) {
      this.#at = this.#resumeAt = at + 1;
      return true;
    }
    if (marker === Marker.EOI && this.#hasScan) return this.#finish(pictures);
    // The structure led to a new picture where this one should go on: that one is real.
    if (marker === Marker.SOI) this.#resumeAt = at;
    if (!hasLength(marker)) return this.#giveUp();
    if (available < 4) return false;
    const length = readU16(this.#received, at + 2);
    if (!isLegalLength(marker, length) || !this.#isInOrder(marker)) return this.#giveUp();
    this.#at = at + 2 + length;
    this.#resumeAt = at + 4;
    if (marker === Marker.SOS) this.#state = "scan";
    return true;
  }

  /** Exactly one frame header comes before the first scan. */
  #isInOrder(marker: number): boolean {
    if (marker === Marker.SOS) return this.#hasScan = this.#hasFrameHeader;
    if (!isFrameHeader(marker)) return true;
    if (this.#hasFrameHeader) return false;
    return this.#hasFrameHeader = true;
  }

  #readScan(): boolean {
    if (this.#at >= this.#received.length) return false;
    // No picture begins in the data before it, so that nothing is ever searched twice.
    this.#at = this.#resumeAt = this.#findFF(this.#at);
    if (this.#at + 1 >= this.#received.length) return false;
    const marker = this.#received[this.#at + 1]!;
    if (marker === Marker.FILL) this.#at += 1;
    else if (isWithinScan(marker)) this.#at += 2;
    else this.#state = "marker";
    return true;
  }

  #finish(pictures: Uint8Array<ArrayBuffer>[]): boolean {
    const end = this.#at + 2;
    if (end - this.#start > MAX_JPEG_BYTES) return this.#giveUp();
    pictures.push(this.#buffer.slice(this.#start, end));
    this.#state = "seek";
    this.#start = end;
    return true;
  }

  #giveUp(): true {
    this.#damaged++;
    this.#state = "seek";
    this.#discardTo(this.#resumeAt);
    return true;
  }

  #discardTo(position: number): void {
    this.#skippedBytes += position - this.#start;
    this.#start = position;
  }

  /** The first 0xFF at or behind `from`, or the end of what is received. */
  #findFF(from: number): number {
    const found = this.#received.indexOf(0xff, from);
    return found < 0 ? this.#received.length : found;
  }

  #append(chunk: Uint8Array): void {
    let end = this.#received.length;
    if (end + chunk.length > this.#buffer.length) end = this.#makeRoom(chunk.length);
    this.#buffer.set(chunk, end);
    this.#received = this.#buffer.subarray(0, end + chunk.length);
  }

  /** Moves what is still needed to the beginning, of a larger buffer where it takes one. */
  #makeRoom(bytes: number): number {
    const kept = this.#received.subarray(this.#start);
    // Moving within the buffer only when that frees half of it keeps the cost per byte constant.
    const fits = kept.length + bytes <= this.#buffer.length / 2;
    if (!fits) this.#buffer = new Uint8Array(2 * (kept.length + bytes));
    this.#buffer.set(kept);
    this.#at -= this.#start;
    this.#resumeAt -= this.#start;
    this.#start = 0;
    return kept.length;
  }
}
