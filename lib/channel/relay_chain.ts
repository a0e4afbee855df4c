/**
 * Which channels show another's pictures, host by host: so that a loop of relays is noticed.
 *
 * @example
 * ```ts
 * import { RelayChain } from "./relay_chain.ts";
 *
 * const [first, second] = [new RelayChain(), new RelayChain()];
 * first.add(second.ids);
 * console.assert(second.isIn(first.ids));
 * ```
 * @module
 */

import { MAX_RELAYS } from "../protocol/messages.ts";

/** One channel, and those that take its pictures to show them on. */
export class RelayChain {
  /** What this channel is known by, until its program ends. */
  readonly id: string = crypto.randomUUID();
  readonly #takers = new Set<readonly string[]>();

  /** This channel, and behind it all that are known to have its pictures. */
  get ids(): readonly string[] {
    return [...new Set([this.id, ...[...this.#takers].flat()])].slice(0, MAX_RELAYS);
  }

  /** Counts in who takes this channel's pictures, until it is disposed of. */
  add(ids: readonly string[]): Disposable {
    // The same ids may be there twice, by two connections.
    const taker = [...ids];
    this.#takers.add(taker);
    return { [Symbol.dispose]: () => void this.#takers.delete(taker) };
  }

  /** Whether this channel is one of those: giving them its pictures would close a loop. */
  isIn(ids: readonly string[]): boolean {
    return ids.includes(this.id);
  }
}
