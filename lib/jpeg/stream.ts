/**
 * Cuts a stream of bare JPEG files, one after another, into the files: the way the tutorial's
 * Python programs send pictures.
 *
 * @module
 */
import { withEnd } from "./picture.ts";
import { JpegScanner } from "./scanner.ts";

const INITIAL_BUFFER_BYTES = 256 * 1024;

/**
 * The receiving end of a stream of bare JPEGs.
 *
 * - Cutting follows the structure of the files, as {@linkcode JpegScanner} does: what stands
 *   between pictures is left out, and one whose EOI is missing is given one once the next begins.
 * - Pieces may fall anywhere: the same bytes give the same pictures.
 * - Damage is never an error: what cannot be a picture is dropped.
 * - Memory: at most twice {@linkcode MAX_JPEG_BYTES} and a piece.
 * - Ownership: a piece belongs to the caller again after `push`; each picture has its own memory.
 */
export class JpegStreamCutter {
  readonly #scanner = new JpegScanner();
  #buffer = new Uint8Array(INITIAL_BUFFER_BYTES);
  /** The part of the buffer that is filled; the scanner's positions count from its beginning. */
  #received = this.#buffer.subarray(0, 0);

  /** The pictures that `chunk` completes, each from SOI to EOI, in order. */
  push(chunk: Uint8Array): Uint8Array<ArrayBuffer>[] {
    this.#append(chunk);
    const pictures: Uint8Array<ArrayBuffer>[] = [];
    for (
      let found = this.#scanner.next(this.#received);
      found;
      found = this.#scanner.next(this.#received)
    ) {
      const jpeg = this.#buffer.subarray(found.start, found.end);
      pictures.push(found.hasEnd ? jpeg.slice() : withEnd(jpeg));
    }
    return pictures;
  }

  #append(chunk: Uint8Array): void {
    let end = this.#received.length;
    if (end + chunk.length > this.#buffer.length) end = this.#makeRoom(chunk.length);
    this.#buffer.set(chunk, end);
    this.#received = this.#buffer.subarray(0, end + chunk.length);
  }

  /** Moves what is still needed to the beginning, of a larger buffer where it takes one. */
  #makeRoom(bytes: number): number {
    const { start } = this.#scanner;
    const kept = this.#received.subarray(start);
    // Moving within the buffer only when that frees half of it keeps the cost per byte constant.
    const fits = kept.length + bytes <= this.#buffer.length / 2;
    if (!fits) this.#buffer = new Uint8Array(2 * (kept.length + bytes));
    this.#buffer.set(kept);
    this.#scanner.shift(start);
    return kept.length;
  }
}
