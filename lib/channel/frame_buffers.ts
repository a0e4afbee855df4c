/**
 * Memory for frames that goes round.
 *
 * @module
 */

/** So many are kept for use again: frames under way at a time, on a good day. */
const MOST_KEPT = 8;

/** Frames of one scene differ: a buffer fits the next one as well. */
const ROOM_TO_GROW = 1.25;

/**
 * Buffers that are used again and again: the page faults of fresh memory, and a collector that runs
 * for its sake, cost more than sending from it.
 *
 * - Ownership: a buffer belongs to its taker until it is given back. One that never is, is the
 *   collector's.
 */
export class FrameBuffers {
  readonly #free: ArrayBuffer[] = [];

  /** So many bytes of any content. */
  take(bytes: number): Uint8Array<ArrayBuffer> {
    const used = this.#free.pop();
    const fits = used !== undefined && used.byteLength >= bytes;
    return new Uint8Array(fits ? used : new ArrayBuffer(Math.ceil(bytes * ROOM_TO_GROW)), 0, bytes);
  }

  give({ buffer }: Uint8Array<ArrayBuffer>): void {
    if (this.#free.length < MOST_KEPT) this.#free.push(buffer);
  }
}
