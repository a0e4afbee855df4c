/**
 * A connection made of requests, for browsers and proxies that open no WebSocket.
 *
 * @module
 */

import type { ByteConnection } from "../flow/byte_connection.ts";
import { ReceivedBytes } from "../flow/received_bytes.ts";
import { browserGone } from "./viewer_connection.ts";

/** How long the answer that carries what is written is waited for, in milliseconds. */
const ATTACH_WITHIN_MS = 5000;

/**
 * What is written goes out in the body of one long answer; what is read comes in the bodies of
 * further requests.
 *
 * - Pressure: a piece is written when the server asks for it, so that one waits here at the most.
 * - Close: ends reads and writes under way, with an error that `isDisconnect` knows.
 */
export class FetchConnection implements ByteConnection {
  readonly #received: ReceivedBytes;
  readonly #onClose: () => void;
  readonly #attaching: ReturnType<typeof setTimeout>;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  /** Set while the server asks for more than there is. */
  #pulled: (() => void) | undefined;
  #waiting: { resolve: () => void; reject: (error: unknown) => void } | undefined;
  #closed = false;

  /**
   * @param options how much may wait to be read, and what is called once, when it is closed by
   * either side
   */
  constructor({ maxWaitingBytes, onClose }: { maxWaitingBytes: number; onClose: () => void }) {
    this.#received = new ReceivedBytes(maxWaitingBytes);
    this.#onClose = onClose;
    this.#attaching = setTimeout(() => this.close(), ATTACH_WITHIN_MS);
  }

  /** The body of the answer; `undefined` where there is one already. */
  attach(): ReadableStream<Uint8Array> | undefined {
    if (this.#controller || this.#closed) return undefined;
    clearTimeout(this.#attaching);
    return new ReadableStream<Uint8Array>({
      start: (controller) => void (this.#controller = controller),
      pull: () =>
        new Promise((resolve) => {
          this.#pulled = resolve;
          this.#waiting?.resolve();
        }),
      cancel: () => {
        this.#received.finish();
        this.#end();
      },
    }, { highWaterMark: 0 });
  }

  /** Takes what a request has brought; `false` where it is too much, and the end. */
  take(bytes: Uint8Array): boolean {
    const fits = this.#received.put(bytes);
    if (!fits) this.close();
    return fits;
  }

  /** Reads what there is into `into`; `null` when the browser has gone. */
  read(into: Uint8Array): Promise<number | null> {
    return this.#received.read(into);
  }

  /** Writes the bytes. */
  async write(bytes: Uint8Array): Promise<number> {
    if (this.#closed) throw browserGone();
    if (!this.#pulled) {
      await new Promise<void>((resolve, reject) => this.#waiting = { resolve, reject });
      this.#waiting = undefined;
      if (this.#closed) throw browserGone();
    }
    const pulled = this.#pulled!;
    this.#pulled = undefined;
    // They belong to whoever called, and may be another picture's before they are sent.
    this.#controller!.enqueue(bytes.slice());
    pulled();
    return bytes.length;
  }

  /** There is no closing in one direction: the browser closes behind a BYE. */
  closeWrite(): Promise<void> {
    return Promise.resolve();
  }

  /** Frees the connection. */
  close(): void {
    if (this.#closed) return;
    this.#received.close(browserGone());
    this.#end();
    this.#controller?.close();
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#attaching);
    this.#pulled?.();
    this.#waiting?.reject(browserGone());
    this.#onClose();
  }
}
