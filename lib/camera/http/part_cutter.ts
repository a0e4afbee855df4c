/**
 * Cuts what a network camera sends into its JPEGs: `multipart/x-mixed-replace` as cameras write it,
 * or one JPEG after another.
 *
 * A picture is found by its own structure. Boundaries, part headers and lengths, which cameras get
 * wrong in every way, are only asked where a picture has no end of its own.
 *
 * @module
 */

import { JpegScanner } from "../../jpeg/scanner.ts";
import { Marker, readU16 } from "../../jpeg/structure.ts";

/** A picture as it came, which may be damaged: that is for a decoder to find. */
export interface CutPicture {
  /** From SOI to EOI, or to where the part ends without one. */
  readonly jpeg: Uint8Array<ArrayBuffer>;
  /** When its last byte came. */
  readonly atMicros: number;
}

/** So much of what stands in front of a picture is read, in characters. */
const MAX_TEXT_LENGTH = 64 * 1024;

/** What is longer separates no parts. The standard allows 70. */
const MAX_DELIMITER_BYTES = 256;

/** What begins a part, besides its delimiter. */
const PART_BEGIN = "(?i:content-)|\\n--";

/** In so much at once the next part is looked for, in bytes. */
const SEEK_BYTES = 1024;

/** How much is added to a picture at once, in bytes. */
const STEP_BYTES = 4096;

const INITIAL_BUFFER_BYTES = 256 * 1024;

const FF = Uint8Array.of(0xff);

const latin1 = new TextDecoder("latin1");

/**
 * The receiving end of a camera's stream.
 *
 * - Pieces may fall anywhere: the same bytes give the same pictures.
 * - One picture a part where there are parts: what else a camera puts behind it is passed over.
 * - A picture without an end of its own ends at the next boundary, at its Content-Length if that
 *   leads to a line's end or a boundary, or where the next picture begins.
 * - Damage is never an error: what has begun is handed on as it is, for a decoder to judge.
 * - Memory: at most twice 16 MiB, the longest picture, and a piece.
 * - Ownership: a piece belongs to the caller again after `push`; each picture has its own memory.
 */
export class PartCutter {
  #buffer = new Uint8Array(INITIAL_BUFFER_BYTES);
  #filled = 0;
  #inPicture = false;
  /** The last of what came since the last picture, as text. */
  #text = "";
  /** Whether a picture that begins here would be its part's first. */
  #isFirst = true;
  /** The end of the text in which no part begins: one that begins next may have begun there. */
  #searchedEnd = "";
  /** Whether the last byte was an 0xFF that may begin a picture; it is in neither place yet. */
  #heldFF = false;
  /** What stands in front of each part, as far as it was seen or announced. */
  #delimiter: Uint8Array | undefined;
  /** The same as text, and what else begins a part. */
  #partBegin: RegExp | undefined;
  #hasParts = false;
  /** Where the picture ends by its part's Content-Length; 0 where there is none. */
  #declaredEnd = 0;
  #scanner = new JpegScanner();
  #searchedTo = 0;
  #previousAtMicros = 0;
  #pictures = 0;

  /** @param boundary what the header announces, which may be wrong */
  constructor(boundary?: string) {
    if (boundary) this.#separateBy(`--${boundary.replace(/^-+/, "")}`);
  }

  get inPicture(): boolean {
    return this.#inPicture;
  }

  get pictures(): number {
    return this.#pictures;
  }

  /** The pictures that `chunk`, which came at `atMicros`, completes, in order. */
  push(chunk: Uint8Array, atMicros: number): CutPicture[] {
    const pictures: CutPicture[] = [];
    for (let rest = chunk; rest.length > 0;) {
      rest = this.#inPicture ? this.#fill(rest, atMicros, pictures) : this.#skip(rest);
      this.#previousAtMicros = atMicros;
    }
    return pictures;
  }

  /** Says that no more bytes will come: the picture under way, if it has come to its scan. */
  end(): CutPicture[] {
    const begun = this.#inPicture && this.#scanner.inScan;
    this.#inPicture = false;
    if (!begun) return [];
    this.#pictures++;
    const jpeg = this.#buffer.slice(this.#scanner.start, this.#filled);
    return [{ jpeg, atMicros: this.#previousAtMicros }];
  }

  /** Passes over what is no picture; what is left is empty, or for the next step. */
  #skip(rest: Uint8Array): Uint8Array {
    if (this.#heldFF) {
      this.#heldFF = false;
      if (rest[0] === Marker.SOI) return this.#begin(rest.subarray(1));
      this.#keep(FF);
    }
    if (!this.#isFirst) return this.#seekPart(rest);
    let ff = rest.indexOf(0xff);
    while (ff >= 0 && ff + 1 < rest.length && rest[ff + 1] !== Marker.SOI) {
      ff = rest.indexOf(0xff, ff + 1);
    }
    this.#keep(ff < 0 ? rest : rest.subarray(0, ff));
    if (ff < 0) return rest.subarray(rest.length);
    if (ff + 1 < rest.length) return this.#begin(rest.subarray(ff + 2));
    this.#heldFF = true;
    return rest.subarray(rest.length);
  }

  /** Passes over what stands in front of the next part, each byte of it once. */
  #seekPart(rest: Uint8Array): Uint8Array {
    const bytes = rest.subarray(0, SEEK_BYTES);
    const text = this.#searchedEnd + latin1.decode(bytes);
    const found = this.#partBegin?.exec(text);
    this.#isFirst = !!found;
    const passed = found ? found.index + found[0].length - this.#searchedEnd.length : bytes.length;
    this.#searchedEnd = text.slice(-MAX_DELIMITER_BYTES);
    this.#keep(rest.subarray(0, passed));
    return rest.subarray(passed);
  }

  /** Keeps the last of what is no picture as text. */
  #keep(bytes: Uint8Array): void {
    const text = latin1.decode(bytes.subarray(-MAX_TEXT_LENGTH));
    // Not with every character, as shortening costs as much as what is kept.
    if (this.#text.length + text.length > 2 * MAX_TEXT_LENGTH) {
      this.#text = this.#text.slice(-MAX_TEXT_LENGTH);
    }
    this.#text += text;
  }

  #begin(rest: Uint8Array): Uint8Array {
    this.#readText();
    this.#buffer.set([0xff, Marker.SOI]);
    this.#filled = 2;
    this.#searchedTo = 0;
    this.#scanner = new JpegScanner();
    this.#inPicture = true;
    return rest;
  }

  /** Learns from what stood in front of a picture how this camera separates them. */
  #readText(): void {
    const wholeLines = this.#text.slice(-MAX_TEXT_LENGTH).split("\n");
    const lines = wholeLines.map((line) => line.trim());
    const isHeader = (line: string) => /^[\w-]+ ?:/.test(line);
    const delimiter = lines.find((line) => /^[ -~]{3,200}$/.test(line) && !isHeader(line));
    if (delimiter) this.#separateBy(delimiter);
    this.#hasParts ||= delimiter !== undefined || lines.some(isHeader);
    const length = lines.findLast((line) => /^content-length ?:/i.test(line))?.split(":")[1];
    // What stands between the headers and the picture counts as the part's content, also where it
    // is more empty lines.
    let empty = lines.findLastIndex((line, index) => line === "" && index < lines.length - 1);
    while (lines[empty - 1] === "") empty--;
    const before = empty < 0 ? "" : wholeLines.slice(empty + 1).join("\n");
    this.#declaredEnd = (Number(length) || 0) - before.length;
    this.#text = "";
  }

  #separateBy(line: string): void {
    const delimiter = delimiterOf(line);
    if (delimiter.length > MAX_DELIMITER_BYTES) return;
    this.#delimiter = delimiter;
    const text = latin1.decode(delimiter).trim();
    this.#partBegin = new RegExp(`${PART_BEGIN}|${RegExp.escape(text)}`);
  }

  /** Adds to the picture; what is left stands behind its end. */
  #fill(rest: Uint8Array, atMicros: number, pictures: CutPicture[]): Uint8Array {
    const pieceAt = this.#filled;
    // In steps, so that pictures of a few bytes cost no more than the bytes they are.
    const piece = rest.subarray(0, STEP_BYTES);
    this.#append(piece);
    const partEnd = this.#findPartEnd();
    const scanner = this.#scanner;
    const found = scanner.next(this.#buffer.subarray(0, partEnd < 0 ? this.#filled : partEnd));
    if (!found && partEnd < 0 && scanner.began) return rest.subarray(piece.length);
    // What came to nothing is handed on too, so that it is counted as any damaged picture is.
    const start = found?.start ?? (scanner.began ? scanner.start : 0);
    const end = found?.end ?? (partEnd < 0 ? scanner.start : partEnd);
    this.#inPicture = false;
    this.#isFirst = !this.#hasParts || !this.#partBegin;
    // As if behind a line's end: what begins a part may stand right here.
    this.#searchedEnd = "\n";
    this.#pictures++;
    pictures.push({
      jpeg: this.#buffer.slice(start, end),
      atMicros: end <= pieceAt ? this.#previousAtMicros : atMicros,
    });
    if (end >= pieceAt) return rest.subarray(end - pieceAt);
    const longer = new Uint8Array(pieceAt - end + rest.length);
    longer.set(this.#buffer.subarray(end, pieceAt));
    longer.set(rest, pieceAt - end);
    return longer;
  }

  /** Where the part ends by its boundary or its length; -1 where it goes on. */
  #findPartEnd(): number {
    const boundaryAt = this.#findDelimiter();
    const end = this.#declaredEnd;
    if (boundaryAt >= 0 || end <= 2 || this.#filled < end + 2) return boundaryAt;
    // A length that is too small leads into the picture: only a line's end or dashes prove it.
    const next = readU16(this.#buffer, end);
    return next === 0x0d0a || next === 0x0a2d || next === 0x2d2d ? end : -1;
  }

  /** Where the next part's boundary begins in the picture's bytes, line break in front and all. */
  #findDelimiter(): number {
    const delimiter = this.#delimiter;
    if (!delimiter) return -1;
    const received = this.#buffer.subarray(0, this.#filled);
    const last = this.#filled - delimiter.length;
    for (let at = this.#searchedTo; at <= last; at++) {
      at = received.indexOf(delimiter[0]!, at);
      if (at < 0 || at > last) break;
      if (!delimiter.every((byte, index) => received[at + index] === byte)) continue;
      if (received[at - 1] === 0x0a) at--;
      if (received[at - 1] === 0x0d) at--;
      return at;
    }
    this.#searchedTo = Math.max(0, last + 1);
    return -1;
  }

  #append(chunk: Uint8Array): void {
    const filled = this.#filled + chunk.length;
    if (filled > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(filled, 2 * this.#buffer.length));
      larger.set(this.#buffer.subarray(0, this.#filled));
      this.#buffer = larger;
    }
    this.#buffer.set(chunk, this.#filled);
    this.#filled = filled;
  }
}

/** The bytes to look for: from its dashes on, or from the line break in front where it has none. */
function delimiterOf(line: string): Uint8Array {
  return new TextEncoder().encode(line.startsWith("--") ? line : `\n${line}`);
}
