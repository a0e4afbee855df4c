/**
 * How much all WebSockets together hand over in one turn.
 *
 * Deno copies what a WebSocket is to send, and gives the copy to the kernel once the program's own
 * turn is over. Without a bound, a picture for a hundred viewers is a hundred copies first: memory
 * that is fresh each time, whose page faults cost more than the sending.
 *
 * @example
 * ```ts
 * import { SendTurns } from "./send_turns.ts";
 *
 * const turns = new SendTurns(1000);
 * await turns.take(600);
 * await turns.take(600); // in the next turn of the event loop
 * ```
 * @module
 */

import { nextTurn } from "../flow/timing.ts";

/**
 * Shares out the bytes of each turn of the event loop.
 *
 * - Order: first come, first served.
 * - Bound: `maxBytes` a turn, or one that is larger.
 */
export class SendTurns {
  readonly #maxBytes: number;
  readonly #waiting: { readonly bytes: number; readonly go: () => void }[] = [];
  #taken = 0;

  /** @param maxBytes how much may be handed over in a turn */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Waits until so many bytes may be handed over; `undefined` where they may be now. */
  take(bytes: number): Promise<void> | undefined {
    if (this.#waiting.length === 0 && this.#fits(bytes)) return void this.#give(bytes);
    return new Promise((go) => this.#waiting.push({ bytes, go }));
  }

  #fits(bytes: number): boolean {
    return this.#taken === 0 || this.#taken + bytes <= this.#maxBytes;
  }

  #give(bytes: number): void {
    if (this.#taken === 0) void nextTurn().then(() => this.#begin());
    this.#taken += bytes;
  }

  #begin(): void {
    this.#taken = 0;
    for (let next = this.#waiting[0]; next && this.#fits(next.bytes); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#give(next.bytes);
      next.go();
    }
  }
}
