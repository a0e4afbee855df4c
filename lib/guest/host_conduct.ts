/**
 * What a host may say, and when.
 *
 * @example
 * ```ts
 * import { HostConduct } from "./host_conduct.ts";
 *
 * const conduct = new HostConduct();
 * conduct.check({ type: "bye", reason: "too many guests" });
 * console.assert(!conduct.welcomed);
 * ```
 * @module
 */

import { CaptureVideoError } from "../flow/errors.ts";
import { PROTOCOL_VERSION } from "../protocol/header.ts";
import type { HostMessage } from "../protocol/messages.ts";
import { sequenceDistance } from "../protocol/sequence.ts";

/** Holds a host's messages against the order that the protocol gives them. */
export class HostConduct {
  #welcomed = false;
  #sequence: number | undefined;

  /** Whether WELCOME was said. */
  get welcomed(): boolean {
    return this.#welcomed;
  }

  /**
   * Checks the next message.
   *
   * @throws {CaptureVideoError} `protocol`, when it may not come now
   */
  check(message: HostMessage): void {
    if (message.type === "bye") return;
    if (message.type === "welcome") return this.#welcome(message);
    if (!this.#welcomed) throw wrongMessage(message, "the first message is WELCOME");
    if (message.type !== "frame") return;
    const { sequence } = message;
    const before = this.#sequence ?? sequence - 1;
    if (sequenceDistance(before, sequence) <= 0) {
      throw wrongMessage(message, `number ${sequence} does not come after ${before}`);
    }
    this.#sequence = sequence;
  }

  #welcome(message: Extract<HostMessage, { type: "welcome" }>): void {
    if (this.#welcomed) throw wrongMessage(message, "it was said before");
    if (message.version !== PROTOCOL_VERSION) {
      throw new CaptureVideoError(
        "protocol",
        `Cannot talk to a host that chose protocol ${message.version}: this guest speaks ` +
          `${PROTOCOL_VERSION}`,
      );
    }
    this.#welcomed = true;
  }
}

function wrongMessage(message: HostMessage, why: string): CaptureVideoError {
  return new CaptureVideoError(
    "protocol",
    `Cannot accept ${message.type.toUpperCase()} from the host: ${why}`,
  );
}
