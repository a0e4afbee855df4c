/**
 * How much a guest may say.
 *
 * @module
 */

import { CaptureVideoError } from "../flow/errors.ts";

/** How many messages a guest may send in a second; one that follows the rules sends some 60. */
export const MAX_MESSAGES_PER_SECOND = 2_000;
/** How many bytes a guest may send in a second; one that follows the rules sends some 2,000. */
export const MAX_BYTES_PER_SECOND = 256 * 1024;

/** Counts what a guest says, from one second to the next. */
export class FloodGuard {
  #messages = 0;
  #bytes = 0;

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
    this.#check(this.#bytes, MAX_BYTES_PER_SECOND, "bytes");
  }

  /**
   * Counts a message.
   *
   * @throws {CaptureVideoError} `protocol`, when there are too many
   */
  countMessage(): void {
    this.#check(++this.#messages, MAX_MESSAGES_PER_SECOND, "messages");
  }

  #check(count: number, most: number, what: string): void {
    if (count <= most) return;
    const message = `Cannot keep up with a guest: it sent more than ${most} ${what} in a second`;
    throw new CaptureVideoError("protocol", message);
  }
}
