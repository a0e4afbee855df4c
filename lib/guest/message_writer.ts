/**
 * What the guest writes, in its order.
 *
 * @module
 */

import { type ByteConnection, writeAll } from "../flow/byte_connection.ts";
import { encodeMessage, type GuestMessage } from "../protocol/messages.ts";

/**
 * Writes messages to the host.
 *
 * - Order: behind those that are being written.
 * - No bound of its own: whoever sends waits for it, or looks first whether it is `idle`.
 */
export class MessageWriter {
  readonly #connection: Pick<ByteConnection, "write">;
  #unwritten = 0;
  #sending: Promise<void> = Promise.resolve();

  /** @param connection where they go */
  constructor(connection: Pick<ByteConnection, "write">) {
    this.#connection = connection;
  }

  /** Whether everything was taken: a host that does not read leaves it waiting. */
  get idle(): boolean {
    return this.#unwritten === 0;
  }

  /** Writes messages, all in one piece; resolves when they are taken. */
  send(messages: readonly GuestMessage[]): Promise<void> {
    const encoded = messages.map(encodeMessage);
    const bytes = new Uint8Array(encoded.reduce((sum, message) => sum + message.length, 0));
    let at = 0;
    for (const message of encoded) {
      bytes.set(message, at);
      at += message.length;
    }
    this.#unwritten++;
    this.#sending = this.#sending.then(async () => {
      await writeAll(this.#connection, bytes);
      this.#unwritten--;
    });
    return this.#sending;
  }
}
