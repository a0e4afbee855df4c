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

/** One channel, those that take its pictures to show them on, and those that it has them from. */
export class RelayChain {
  /** What this channel is known by, until its program ends. */
  readonly id: string = crypto.randomUUID();
  readonly #takers = new Set<readonly string[]>();
  /** Through which channels the pictures come; nothing where they are of a camera of this computer. */
  #givers: readonly string[] | undefined;

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

  /** Notes that its pictures are another host's, and through which channels they come, if it is known. */
  comesVia(ids: readonly string[]): void {
    this.#givers = ids;
  }

  /** Where its pictures are another host's: this channel, and behind it those that they come through. */
  get via(): readonly string[] | undefined {
    return this.#givers && [...new Set([this.id, ...this.#givers])].slice(0, MAX_RELAYS);
  }

  /** Whether this channel is one of those: giving them its pictures, or taking theirs, closes a loop. */
  isIn(ids: readonly string[]): boolean {
    return ids.includes(this.id);
  }
}
