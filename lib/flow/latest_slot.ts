/**
 * One place between a writer and a slower reader, where the newest value wins.
 *
 * @example
 * ```ts
 * import { LatestSlot } from "./latest_slot.ts";
 *
 * const slot = new LatestSlot<number>();
 * slot.put(1);
 * slot.put(2);
 * console.assert(slot.take() === 2);
 * console.assert(slot.replaced === 1);
 * ```
 * @module
 */

/**
 * Holds at most one value.
 *
 * - Order: values come out in the order they went in; some are left out.
 * - Loss: a value put while another is unread replaces it; `replaced` counts them.
 * - Ownership: a value belongs to the slot until it is taken or given to `discard`.
 * - Close: a waiting reader gets `undefined`, and so does every later one.
 */
export class LatestSlot<T> {
  #value: T | undefined;
  #closed = false;
  #waiting: ((value: T | undefined) => void) | undefined;
  #replaced = 0;
  readonly #discard: (value: T) => void;

  /** @param options `discard`: called with each value that was replaced or left unread */
  constructor({ discard = () => {} }: { discard?: (value: T) => void } = {}) {
    this.#discard = discard;
  }

  /** How many values were replaced before anyone took them. */
  get replaced(): number {
    return this.#replaced;
  }

  /** Whether the slot was closed, or nothing more will come. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Puts the newest value; one that is still unread is discarded and counted. */
  put(value: T): void {
    if (this.#closed) return this.#discard(value);
    const waiting = this.#waiting;
    if (waiting) {
      this.#waiting = undefined;
      return waiting(value);
    }
    const unread = this.#value;
    this.#value = value;
    if (unread !== undefined) {
      this.#replaced++;
      this.#discard(unread);
    }
  }

  /** The value if there is one; it stays in the slot. */
  peek(): T | undefined {
    return this.#value;
  }

  /** Takes the value if there is one. */
  take(): T | undefined {
    const value = this.#value;
    this.#value = undefined;
    return value;
  }

  /**
   * Waits for a value and takes it.
   *
   * @returns `undefined` once the slot is closed
   * @throws {TypeError} when another reader is already waiting
   */
  next(): Promise<T | undefined> {
    if (this.#waiting) throw new TypeError("Cannot wait on a slot twice: it has one reader");
    const value = this.take();
    if (value !== undefined || this.#closed) return Promise.resolve(value);
    return new Promise((resolve) => this.#waiting = resolve);
  }

  /** Says that no more will come: an unread value can still be taken. Idempotent. */
  finish(): void {
    this.#closed = true;
    this.#waiting?.(undefined);
    this.#waiting = undefined;
  }

  /** Closes the slot: an unread value is discarded, a waiting reader is let go. Idempotent. */
  close(): void {
    this.finish();
    const unread = this.take();
    if (unread !== undefined) this.#discard(unread);
  }
}
