/**
 * Keeps a computer that floods the network from taking more than its share of this one's time.
 *
 * @module
 */

/** So many packets of one computer are looked at in a second; a long one counts as several. */
const PACKETS_PER_SECOND = 100;

/** What one packet holds in most networks, in bytes. */
const PACKET_BYTES = 1500;

/** So many senders are told apart; those that come on top share one measure. */
const MAX_SENDERS = 256;

/**
 * Counts packets by sender, a second at a time.
 *
 * - Bound: {@linkcode MAX_SENDERS} counts.
 */
export class SenderLimit {
  readonly #counts = new Map<string, number>();
  #sinceMs = -Infinity;

  /**
   * Whether a packet is to be looked at.
   *
   * @param sender its address
   * @param packet its length, and when it came, in milliseconds of the monotonic clock
   */
  allows(sender: string, { bytes, nowMs }: { bytes: number; nowMs: number }): boolean {
    if (nowMs - this.#sinceMs >= 1000) {
      this.#counts.clear();
      this.#sinceMs = nowMs;
    }
    const isTold = this.#counts.has(sender) || this.#counts.size < MAX_SENDERS;
    const key = isTold ? sender : "";
    const count = (this.#counts.get(key) ?? 0) + 1 + Math.floor(bytes / PACKET_BYTES);
    this.#counts.set(key, count);
    return count <= PACKETS_PER_SECOND;
  }
}
