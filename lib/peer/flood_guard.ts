/**
 * How much the other side may say.
 *
 * @module
 */

import { CaptureVideoError } from "../flow/errors.ts";

/** How many messages a guest may send in a second; one that follows the rules sends some 60. */
export const MAX_MESSAGES_PER_SECOND = 2_000;
/** How many bytes a guest may send in a second; one that follows the rules sends some 2,000. */
export const MAX_BYTES_PER_SECOND = 256 * 1024;

/** Who is counted, and how much that may be in a second. */
export interface FloodLimits {
  /** In words, for the error. */
  readonly whom: string;
  readonly messages: () => number;
  readonly bytes: number;
}

const OF_GUESTS: FloodLimits = {
  whom: "a guest",
  messages: () => MAX_MESSAGES_PER_SECOND,
  bytes: MAX_BYTES_PER_SECOND,
};

/** Counts what the other side says, from one second to the next. */
export class FloodGuard {
  readonly #limits: FloodLimits;
  #messages = 0;
  #bytes = 0;

  /** @param limits those of a guest when left out */
  constructor(limits: FloodLimits = OF_GUESTS) {
    this.#limits = limits;
  }

  /** Begins the next second. */
  tick(): void {
    this.#messages = 0;
    this.#bytes = 0;
  }

  /**
   * Counts bytes that arrived.
   *
   * @throws {CaptureVideoError} `protocol`, when they are too many
   */
  countBytes(bytes: number): void {
    this.#bytes += bytes;
    this.#check(this.#bytes, this.#limits.bytes, "bytes");
  }

  /**
   * Counts a message.
   *
   * @throws {CaptureVideoError} `protocol`, when there are too many
   */
  countMessage(): void {
    this.#check(++this.#messages, this.#limits.messages(), "messages");
  }

  #check(count: number, most: number, what: string): void {
    if (count <= most) return;
    const { whom } = this.#limits;
    const message = `Cannot keep up with ${whom}: it sent more than ${most} ${what} in a second`;
    throw new CaptureVideoError("protocol", message);
  }
}
