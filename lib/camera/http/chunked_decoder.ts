/**
 * Takes HTTP's chunks (RFC 9112, section 7.1) off a content.
 *
 * @example
 * ```ts
 * import { ChunkedDecoder } from "./chunked_decoder.ts";
 *
 * const decoder = new ChunkedDecoder();
 * const [piece] = decoder.push(new TextEncoder().encode("2\r\nhi\r\n0\r\n\r\n"));
 * console.assert(piece?.length === 2 && decoder.hasEnded);
 * ```
 * @module
 */

/** A chunk's length and what may stand behind it, in characters. */
const MAX_LINE_LENGTH = 1024;

/**
 * The receiving end of a chunked content.
 *
 * - Pieces may fall anywhere.
 * - What is no chunk ends the content: nothing behind it can be trusted.
 * - Ownership: what it gives are views of what it was given.
 */
export class ChunkedDecoder {
  /** A line that has not ended yet. */
  #line = "";
  #left = 0;
  #state: "length" | "content" | "content's end" | "trailer" | "end" = "length";

  /** Whether the last chunk has come. */
  get hasEnded(): boolean {
    return this.#state === "end";
  }

  /** The content in `bytes`. */
  push(bytes: Uint8Array): Uint8Array[] {
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < bytes.length && this.#state !== "end";) {
      if (this.#state === "content") {
        const piece = bytes.subarray(at, at + this.#left);
        pieces.push(piece);
        at += piece.length;
        this.#left -= piece.length;
        if (this.#left === 0) this.#state = "content's end";
      } else at = this.#readLine(bytes, at);
    }
    return pieces;
  }

  /** Reads to the end of a line; where to go on. */
  #readLine(bytes: Uint8Array, from: number): number {
    const found = bytes.indexOf(0x0a, from);
    const end = found < 0 ? bytes.length : found;
    if (end - from + this.#line.length > MAX_LINE_LENGTH) {
      this.#state = "end";
      return bytes.length;
    }
    this.#line += String.fromCharCode(...bytes.subarray(from, end));
    if (found < 0) return end;
    const line = this.#line.trim();
    this.#line = "";
    if (this.#state === "content's end") this.#state = "length";
    // An empty line where a length should be is only one break too many.
    if (this.#state === "trailer" && line === "") this.#state = "end";
    else if (this.#state === "length" && line !== "") this.#begin(line);
    return end + 1;
  }

  #begin(line: string): void {
    const digits = /^([\da-f]{1,12})(?:\s*;.*)?$/i.exec(line)?.[1];
    this.#left = parseInt(digits ?? "0", 16);
    if (digits === undefined) this.#state = "end";
    else this.#state = this.#left > 0 ? "content" : "trailer";
  }
}
