/**
 * A browser's WebSocket as a connection that carries bytes.
 *
 * @module
 */

import type { ByteConnection } from "../flow/byte_connection.ts";
import { ReceivedBytes } from "../flow/received_bytes.ts";
import { SendTurns } from "./send_turns.ts";
import { browserGone } from "./viewer_connection.ts";

/** So much is sent in one message, in bytes: most pictures fit. */
export const MAX_SENT_BYTES = 1024 * 1024;

/** So much is handed over in one turn, for all viewers together, in bytes: a few pictures. */
const TURN_BYTES = 256 * 1024;

const turns = new SendTurns(TURN_BYTES);

/** How soon it is looked again whether the kernel has taken what was sent, in milliseconds. */
const LOOK_AGAIN_MS = 5;

/** The codes with which a WebSocket is closed. */
const CLOSED = { normally: 1000, unsupported: 1003, tooMuch: 1009 } as const;

/**
 * Sends and receives binary messages, whose borders mean nothing.
 *
 * - Pressure: a piece is sent once the kernel has all of the one before, so that one piece waits
 *   here at the most; what comes and is not read closes the connection before it is much.
 * - Close: ends reads and writes under way, with an error that `isDisconnect` knows.
 */
export class WebSocketConnection implements ByteConnection {
  readonly #socket: WebSocket;
  readonly #received: ReceivedBytes;
  readonly #opened = Promise.withResolvers<void>();

  /** @param socket owned from here on @param maxWaitingBytes how much may wait to be read */
  constructor(socket: WebSocket, maxWaitingBytes: number) {
    this.#socket = socket;
    this.#received = new ReceivedBytes(maxWaitingBytes);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.#opened.resolve();
    socket.onmessage = ({ data }) => this.#take(data);
    // Behind it comes a close event in any case.
    socket.onerror = (event) => event.preventDefault();
    socket.onclose = ({ wasClean }) => {
      if (wasClean) this.#received.finish();
      else this.#fail();
    };
    if (socket.readyState === WebSocket.OPEN) this.#opened.resolve();
    this.#opened.promise.catch(() => {});
  }

  /** Reads what there is into `into`; `null` when the browser has closed. */
  read(into: Uint8Array): Promise<number | null> {
    return this.#received.read(into);
  }

  /** Writes some of the bytes. */
  async write(bytes: Uint8Array): Promise<number> {
    if (!this.#isOpen) await this.#opened.promise;
    const part = bytes.length > MAX_SENT_BYTES ? bytes.subarray(0, MAX_SENT_BYTES) : bytes;
    while (this.#isOpen && this.#socket.bufferedAmount > 0) await pause();
    const turn = turns.take(part.length);
    if (turn) await turn;
    if (!this.#isOpen) throw browserGone();
    // It is copied in the call.
    this.#socket.send(part as Uint8Array<ArrayBuffer>);
    return part.length;
  }

  /** There is no closing in one direction: the browser closes behind a BYE. */
  closeWrite(): Promise<void> {
    return Promise.resolve();
  }

  /** Frees the connection. */
  close(): void {
    this.#close(CLOSED.normally);
  }

  get #isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  #take(data: unknown): void {
    if (!(data instanceof ArrayBuffer)) this.#close(CLOSED.unsupported);
    else if (!this.#received.put(new Uint8Array(data))) this.#close(CLOSED.tooMuch);
  }

  #close(code: number): void {
    this.#fail();
    if (this.#isOpen) this.#socket.close(code);
    else if (this.#socket.readyState === WebSocket.CONNECTING) {
      this.#socket.onopen = () => this.#socket.close(code);
    }
  }

  #fail(): void {
    this.#received.close(browserGone());
    this.#opened.reject(browserGone());
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
}
