/**
 * Reads bytes that come in pieces by other measures: by lines, by lengths.
 *
 * @example
 * ```ts
 * import { ByteReader } from "./byte_reader.ts";
 *
 * const pieces = ReadableStream.from(["2\r", "\nhi"]).pipeThrough(new TextEncoderStream());
 * const reader = new ByteReader(pieces[Symbol.asyncIterator]());
 * console.assert(await reader.line(10) === "2");
 * console.assert((await reader.read())?.length === 2);
 * ```
 * @module
 */

const latin1 = new TextDecoder("latin1");

/** What has come, and what will come. */
export class ByteReader {
  readonly #pieces: AsyncIterator<Uint8Array, unknown>;
  #ahead: Uint8Array = new Uint8Array();

  /** @param pieces each of which belongs to the reader */
  constructor(pieces: AsyncIterator<Uint8Array, unknown>) {
    this.#pieces = pieces;
  }

  /** What has come and was not read. */
  get ahead(): Uint8Array {
    return this.#ahead;
  }

  /** Waits for more to be ahead; false at the end. */
  async more(): Promise<boolean> {
    const { value, done } = await this.#pieces.next();
    if (done) return false;
    const longer = new Uint8Array(this.#ahead.length + value.length);
    longer.set(this.#ahead);
    longer.set(value, this.#ahead.length);
    this.#ahead = longer;
    return true;
  }

  /** Takes so many of the bytes that are ahead. */
  take(bytes: number): Uint8Array {
    const taken = this.#ahead.subarray(0, bytes);
    this.#ahead = this.#ahead.subarray(bytes);
    return taken;
  }

  /** The next piece, of `most` bytes at most; `undefined` at the end. */
  async read(most = Infinity): Promise<Uint8Array | undefined> {
    while (this.#ahead.length === 0) {
      const { value, done } = await this.#pieces.next();
      if (done) return undefined;
      this.#ahead = value;
    }
    return this.take(most);
  }

  /** The next so many bytes piece by piece, or fewer at the end. */
  async *pieces(bytes: number): AsyncGenerator<Uint8Array> {
    for (let left = bytes; left > 0;) {
      const piece = await this.read(left);
      if (piece === undefined) return;
      left -= piece.length;
      yield piece;
    }
  }

  /** A line without the space around it; `undefined` where none ends within `most` bytes. */
  async line(most: number): Promise<string | undefined> {
    for (;;) {
      const end = this.#ahead.indexOf(0x0a);
      if (end > most || end < 0 && this.#ahead.length > most) return undefined;
      if (end >= 0) return latin1.decode(this.take(end + 1)).trim();
      if (!await this.more()) return undefined;
    }
  }
}
