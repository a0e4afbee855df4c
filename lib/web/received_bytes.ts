/**
 * What a browser has sent and nobody has read yet.
 *
 * @module
 */

/** What waits to be read may be so long, in bytes: all that a viewer says in half a minute. */
export const MAX_WAITING_BYTES = 64 * 1024;

/** A read that waits for bytes. */
interface WaitingRead {
  readonly into: Uint8Array;
  readonly resolve: (length: number | null) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Bytes between whoever takes them off the network and a session.
 *
 * - Order: they are read in the order in which they were put.
 * - Bound: {@linkcode MAX_WAITING_BYTES}; more is not taken.
 * - Close: what waits can still be read behind {@linkcode finish}, not behind {@linkcode fail}.
 */
export class ReceivedBytes {
  readonly #chunks: Uint8Array[] = [];
  #waitingBytes = 0;
  #reading: WaitingRead | undefined;
  /** `null` once nothing more comes, the error once nothing can be read any more. */
  #end: { readonly error: unknown } | null | undefined;

  /** Whether nothing more is taken. */
  get ended(): boolean {
    return this.#end !== undefined;
  }

  /** Takes bytes, which belong to this from here on; `false` where they are too many. */
  put(chunk: Uint8Array): boolean {
    if (this.ended || chunk.length === 0) return true;
    if (this.#waitingBytes + chunk.length > MAX_WAITING_BYTES) return false;
    this.#chunks.push(chunk);
    this.#waitingBytes += chunk.length;
    const reading = this.#reading;
    this.#reading = undefined;
    reading?.resolve(this.#give(reading.into));
    return true;
  }

  /** Reads what there is; `null` where nothing more comes. */
  read(into: Uint8Array): Promise<number | null> {
    if (this.#end) return Promise.reject(this.#end.error);
    if (this.#chunks.length > 0) return Promise.resolve(this.#give(into));
    if (this.#end === null) return Promise.resolve(null);
    return new Promise((resolve, reject) => this.#reading = { into, resolve, reject });
  }

  /** Says that nothing more comes. */
  finish(): void {
    if (this.ended) return;
    this.#end = null;
    this.#reading?.resolve(null);
    this.#reading = undefined;
  }

  /** Ends reading with an error, also one under way. */
  fail(error: unknown): void {
    if (this.#end) return;
    this.#end = { error };
    this.#chunks.length = 0;
    this.#reading?.reject(error);
    this.#reading = undefined;
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
