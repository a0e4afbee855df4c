/**
 * What has come over a network and nobody has read yet.
 *
 * @example
 * ```ts
 * import { ReceivedBytes } from "./received_bytes.ts";
 *
 * const received = new ReceivedBytes();
 * received.put(Uint8Array.of(1, 2, 3));
 * console.assert(await received.read(new Uint8Array(2)) === 2);
 * console.assert(received.waitingBytes === 1);
 * ```
 * @module
 */

/** A read that waits for bytes. */
interface WaitingRead {
  readonly into: Uint8Array;
  readonly resolve: (length: number | null) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Bytes between whoever takes them off the network and whoever reads a `ByteConnection`.
 *
 * - Order: they are read in the order in which they were put; one read at a time.
 * - Bound: `maxBytes`; what would be more is not taken.
 * - Close: what waits can still be read behind {@linkcode finish} and {@linkcode fail}, not behind
 *   {@linkcode close}.
 */
export class ReceivedBytes {
  readonly #maxBytes: number;
  readonly #chunks: Uint8Array[] = [];
  #waitingBytes = 0;
  #reading: WaitingRead | undefined;
  #takesMore = true;
  /** `null` once nothing more comes, the error once nothing goes any more. */
  #end: { readonly error: unknown } | null | undefined;

  /** @param maxBytes how much may wait; where it is left out, whoever puts looks after that */
  constructor(maxBytes = Infinity) {
    this.#maxBytes = maxBytes;
  }

  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** Takes bytes, which belong to this from here on; `false` where they are too many. */
  put(chunk: Uint8Array): boolean {
    if (!this.#takesMore || chunk.length === 0) return true;
    if (this.#waitingBytes + chunk.length > this.#maxBytes) return false;
    this.#chunks.push(chunk);
    this.#waitingBytes += chunk.length;
    const reading = this.#reading;
    this.#reading = undefined;
    reading?.resolve(this.#give(reading.into));
    return true;
  }

  /** Reads what there is into `into`; `null` where nothing more comes. */
  read(into: Uint8Array): Promise<number | null> {
    if (this.#chunks.length > 0) return Promise.resolve(this.#give(into));
    if (this.#end === null) return Promise.resolve(null);
    if (this.#end) return Promise.reject(this.#end.error);
    return new Promise((resolve, reject) => this.#reading = { into, resolve, reject });
  }

  /** Says that nothing more comes. */
  finish(): void {
    if (this.#end !== undefined) return;
    this.#end = null;
    this.#takesMore = false;
    this.#reading?.resolve(null);
    this.#reading = undefined;
  }

  /** Ends reading with an error, behind what has come before it; also a read under way. */
  fail(error: unknown): void {
    if (this.#end) return;
    this.#end = { error };
    this.#reading?.reject(error);
    this.#reading = undefined;
  }

  /** Ends reading with an error, at once, and takes no more. */
  close(error: unknown): void {
    this.#takesMore = false;
    this.#chunks.length = 0;
    this.#waitingBytes = 0;
    this.fail(error);
  }

  #give(into: Uint8Array): number {
    let length = 0;
    while (length < into.length && this.#chunks.length > 0) {
      const chunk = this.#chunks[0]!;
      const part = chunk.subarray(0, into.length - length);
      into.set(part, length);
      length += part.length;
      if (part.length < chunk.length) this.#chunks[0] = chunk.subarray(part.length);
      else this.#chunks.shift();
    }
    this.#waitingBytes -= length;
    return length;
  }
}
