/**
 * Whoever proves wrongly again and again has to wait.
 *
 * @example
 * ```ts
 * import { WrongProofs } from "./wrong_proofs.ts";
 *
 * const wrong = new WrongProofs(() => 0);
 * for (let count = 0; count < 5; count++) wrong.add("192.168.1.9");
 * console.assert(wrong.mustWait("192.168.1.9") && !wrong.mustWait("192.168.1.10"));
 * ```
 * @module
 */

/** So many wrong proofs may come from one address within a minute. */
export const MAX_WRONG_PROOFS = 5;
/** The minute, in microseconds. */
export const WRONG_PROOF_MEMORY_MICROS = 60_000_000;
/** So many addresses are counted; of more, those that were wrong longest ago are forgotten. */
const MAX_ADDRESSES = 10_000;

/**
 * Counts wrong proofs by address.
 *
 * - An address waits until its first of the five is a minute old; no other one does.
 */
export class WrongProofs {
  readonly #now: () => number;
  /** When they came, by address; whichever was wrong last stands last. */
  readonly #times = new Map<string, number[]>();

  /** @param now the monotonic clock, in microseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  add(address: string): void {
    const times = this.#recent(address);
    this.#times.delete(address);
    this.#times.set(address, [...times, this.#now()].slice(-MAX_WRONG_PROOFS));
    if (this.#times.size <= MAX_ADDRESSES) return;
    const { value: oldest } = this.#times.keys().next();
    this.#times.delete(oldest!);
  }

  /** Whether too many came from there. */
  mustWait(address: string): boolean {
    return this.#recent(address).length >= MAX_WRONG_PROOFS;
  }

  #recent(address: string): number[] {
    const sinceMicros = this.#now() - WRONG_PROOF_MEMORY_MICROS;
    return (this.#times.get(address) ?? []).filter((atMicros) => atMicros > sinceMicros);
  }
}
