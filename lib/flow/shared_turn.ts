/**
 * One at a time, over all threads of a program.
 *
 * @module
 */

import { aborted } from "./timing.ts";

/** Who has it, if somebody has: 0 or 1. */
const TAKEN = 0;

/**
 * Something of which there is one, such as the user's attention.
 *
 * - Order: none; whoever asks first when it is free has it.
 */
export class SharedTurn {
  /** What another thread makes its own end of. */
  readonly memory: SharedArrayBuffer;
  readonly #state: Int32Array;

  /** @param memory that of the other end; fresh by default */
  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.#state = new Int32Array(memory);
  }

  /**
   * Waits until nobody has it, and takes it, until what is returned is disposed of.
   *
   * @throws the signal's reason, when it is aborted before
   */
  async take(signal: AbortSignal): Promise<Disposable> {
    while (Atomics.compareExchange(this.#state, TAKEN, 0, 1) !== 0) {
      await Promise.race([Atomics.waitAsync(this.#state, TAKEN, 1).value, aborted(signal)]);
      signal.throwIfAborted();
    }
    return {
      [Symbol.dispose]: () => {
        Atomics.store(this.#state, TAKEN, 0);
        Atomics.notify(this.#state, TAKEN);
      },
    };
  }
}
