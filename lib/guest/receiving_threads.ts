/**
 * The threads of a guest with several cameras.
 *
 * @module
 */

import { ReceivingThread } from "./receiving_thread.ts";

/** More would wait for each other: the rest of the program and the display have work, too. */
const MOST = 8;

/** As many threads as there are processors to run on, given out in turn. */
export class ReceivingThreads {
  readonly #threads: ReceivingThread[] = [];
  readonly #most = Math.min(MOST, Math.max(2, navigator.hardwareConcurrency));
  #given = 0;

  /** The one that has been given out least. */
  next(): ReceivingThread {
    const index = this.#given++ % this.#most;
    return this.#threads[index] ??= new ReceivingThread();
  }
}
