/**
 * Mats that go round.
 *
 * @module
 */

import { Mat } from "./mod.ts";

/**
 * Mats that are used again and again: the page faults of a fresh one cost a third of a decode.
 *
 * - Ownership: a Mat belongs to its taker until it is given back.
 * - Close: frees what is there at once, and what is still out when it is given back.
 */
export class MatPool {
  readonly #free: Mat[] = [];
  #closed = false;

  /** A Mat with any content and size. */
  take(): Mat {
    return this.#free.pop() ?? new Mat();
  }

  give(mat: Mat): void {
    if (this.#closed) mat.release();
    else this.#free.push(mat);
  }

  close(): void {
    this.#closed = true;
    for (const mat of this.#free.splice(0)) mat.release();
  }
}
