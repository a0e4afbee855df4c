/**
 * Cuts a stream of bare JPEG files, one after another, into the files: the way the tutorial's
 * Python programs send pictures.
 *
 * @example
 * ```ts
 * import { JpegStreamCutter } from "./stream.ts";
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
import { withEnd } from "./picture.ts";
import { type FoundPicture, JpegScanner } from "./scanner.ts";

const INITIAL_BUFFER_BYTES = 256 * 1024;

/**
 * The receiving end of a stream of bare JPEGs.
 *
 * - Cutting follows the structure of the files, as {@linkcode JpegScanner} does: what stands
 *   between pictures is left out, and one whose EOI is missing is given one once the next begins.
 * - Pieces may fall anywhere: the same bytes give the same pictures.
 * - Damage is never an error: what cannot be a picture is dropped and counted.
 * - Memory: at most twice {@linkcode MAX_JPEG_BYTES} and a piece.
 * - Ownership: a piece belongs to the caller again after `push`; each picture has its own memory.
 */
export class JpegStreamCutter {
  readonly #scanner = new JpegScanner();
  #buffer = new Uint8Array(INITIAL_BUFFER_BYTES);
  /** The part of the buffer that is filled; the scanner's positions count from its beginning. */
  #received = this.#buffer.subarray(0, 0);
  /** Up to where the bytes are accounted for. */
  #done = 0;
  #skippedBytes = 0;

  /** How many pictures began and came to nothing. */
  get damaged(): number {
    return this.#scanner.damaged;
  }

  /** How many bytes were in no picture: those of damaged ones and those in between. */
  get skippedBytes(): number {
    return this.#skippedBytes;
  }

  /** The pictures that `chunk` completes, each from SOI to EOI, in order. */
  push(chunk: Uint8Array): Uint8Array<ArrayBuffer>[] {
    this.#append(chunk);
    const pictures: Uint8Array<ArrayBuffer>[] = [];
    for (
      let found = this.#scanner.next(this.#received);
      found;
      found = this.#scanner.next(this.#received)
    ) {
      pictures.push(this.#take(found));
    }
    this.#skipTo(this.#scanner.start);
    return pictures;
  }

  /** Says that no more bytes will come: a picture that has begun counts as damaged. */
  end(): void {
    if (this.#scanner.began) this.#scanner.giveUp();
    this.#skipTo(this.#received.length);
  }

  #take({ start, end, hasEnd }: FoundPicture): Uint8Array<ArrayBuffer> {
    this.#skipTo(start);
    this.#done = end;
    const jpeg = this.#buffer.subarray(start, end);
    return hasEnd ? jpeg.slice() : withEnd(jpeg);
  }

  #skipTo(position: number): void {
    this.#skippedBytes += position - this.#done;
    this.#done = position;
  }

  #append(chunk: Uint8Array): void {
    let end = this.#received.length;
    if (end + chunk.length > this.#buffer.length) end = this.#makeRoom(chunk.length);
    this.#buffer.set(chunk, end);
    this.#received = this.#buffer.subarray(0, end + chunk.length);
  }

  /** Moves what is still needed to the beginning, of a larger buffer where it takes one. */
  #makeRoom(bytes: number): number {
    const kept = this.#received.subarray(this.#done);
    // Moving within the buffer only when that frees half of it keeps the cost per byte constant.
    const fits = kept.length + bytes <= this.#buffer.length / 2;
    if (!fits) this.#buffer = new Uint8Array(2 * (kept.length + bytes));
    this.#buffer.set(kept);
    this.#scanner.shift(this.#done);
    this.#done = 0;
    return kept.length;
  }
}
