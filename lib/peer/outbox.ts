/**
 * What one side of a connection has to say, and the writing of it.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { ByteConnection } from "../flow/byte_connection.ts";
import { LatestSlot } from "../flow/latest_slot.ts";
import { encodeMessage, type Message } from "../protocol/messages.ts";

/** Something that is encoded already, to be given back once it is written. */
export interface Encoded {
  /** Header and payload. */
  readonly message: Uint8Array;
  release(): void;
}

/** Options of an {@linkcode Outbox}. */
export interface OutboxOptions {
  /** What is to be written now, as no message waits; asked again after each {@linkcode Outbox.wake}. */
  next?: (() => Encoded | undefined) | undefined;
  /** Called whenever the other side has taken something. */
  onProgress?: (() => void) | undefined;
}

/**
 * The messages that wait to be written.
 *
 * - Bound: one of each kind, the newest, in the order of first need. Each picture has an ACK of its
 *   own; whoever acknowledges waits until that is written before it reads more.
 */
export class Outbox {
  readonly #connection: Pick<ByteConnection, "write">;
  readonly #options: OutboxOptions;
  readonly #waiting = new Map<unknown, Message>();
  readonly #wake = new LatestSlot<true>();
  #writing = false;
  #finished = false;
  #onWritten: (() => void) | undefined;

  constructor(connection: Pick<ByteConnection, "write">, options: OutboxOptions = {}) {
    this.#connection = connection;
    this.#options = options;
  }

  /** Whether everything was taken: a side that does not read leaves it waiting. */
  get idle(): boolean {
    return !this.#writing && this.#waiting.size === 0;
  }

  /** Adds a message, in the place of an older one of its kind; nothing comes behind the last word. */
  post(message: Message | undefined): void {
    if (!message || this.#finished) return;
    this.#waiting.set(message.type === "ack" ? message : message.type, message);
    this.wake();
  }

  /** Looks again whether there is something to write. */
  wake(): void {
    this.#wake.put(true);
  }

  /** Ends with a last word behind what waits; without one, what waits is thrown away. */
  finish(last?: Message): void {
    if (last) this.post(last);
    else this.#waiting.clear();
    this.#finished = true;
    this.wake();
  }

  /** Waits until everything is written, or never will be; `undefined` when it is. */
  written(): Promise<void> | undefined {
    if (this.idle || this.#finished) return undefined;
    return new Promise((resolve) => this.#onWritten = resolve);
  }

  async run(): Promise<void> {
    try {
      for (;;) {
        const messages = this.#waiting.size > 0 ? this.#takeAll() : undefined;
        const encoded = messages || this.#finished ? undefined : this.#options.next?.();
        const bytes = messages ?? encoded?.message;
        if (bytes) {
          this.#writing = true;
          try {
            // As writeAll() does, but without one promise more for each frame of each guest.
            for (let written = 0; written < bytes.length;) {
              const rest = written === 0 ? bytes : bytes.subarray(written);
              written += await this.#connection.write(rest);
              this.#options.onProgress?.();
            }
          } finally {
            encoded?.release();
            this.#writing = false;
          }
        } else if (this.#finished) return;
        else {
          this.#onWritten?.();
          await this.#wake.next();
        }
      }
    } finally {
      this.#finished = true;
      this.#onWritten?.();
    }
  }

  /** All that waits, in one piece; mostly a single ACK, for which a list would be felt. */
  #takeAll(): Uint8Array {
    const messages = this.#waiting.values();
    const first = encodeMessage(messages.next().value!);
    const bytes = this.#waiting.size === 1
      ? first
      : Buffer.concat([first, ...messages.map(encodeMessage)]);
    this.#waiting.clear();
    return bytes;
  }
}
