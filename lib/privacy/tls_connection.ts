/**
 * What is inside TLS, as a connection.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { TLSSocket } from "node:tls";
import type { ByteConnection } from "../flow/byte_connection.ts";
import { ReceivedBytes } from "../flow/received_bytes.ts";

/** So much may wait to be read, in bytes. */
export const READ_AHEAD_BYTES = 256 * 1024;

/** What TLS runs on. */
export interface Carriage {
  /** So much is encrypted and written at a time, in bytes. */
  readonly writeBytes: number;
  /** Called when {@linkcode READ_AHEAD_BYTES} wait to be read: no more should come. */
  hold(): void;
  /** Called when more may come. */
  release(): void;
  /** Resolves when the kernel has all that was written. */
  flushed(): Promise<void>;
  destroy(): void;
  on(event: "error" | "close", listener: (error?: Error) => void): unknown;
}

/**
 * Reads and writes inside TLS.
 *
 * - Order: one write at a time.
 * - Pressure: no more is read while {@linkcode READ_AHEAD_BYTES} wait here, and a write resolves
 *   when the kernel has taken all of it.
 * - Close: ends reads and writes under way, with an error that `isDisconnect` knows.
 */
export class TlsConnection implements ByteConnection {
  readonly #socket: TLSSocket;
  readonly #carriage: Carriage;
  readonly #received = new ReceivedBytes();
  /** Set once nothing goes any more. */
  #failure: { readonly error: unknown } | undefined;
  /** Ends the write under way, where there is one. */
  #giveUp: (error: unknown) => void = () => {};

  /** @param socket its handshake is done @param carriage what it is on */
  constructor(socket: TLSSocket, carriage: Carriage) {
    this.#socket = socket;
    this.#carriage = carriage;
    socket.on("data", (chunk: Uint8Array) => this.#take(chunk));
    socket.on("end", () => this.#received.finish());
    const onError = (error?: Error) => this.#fail(asDisconnect(error));
    const onClose = () => this.#fail(closed());
    socket.on("error", onError).on("close", onClose);
    carriage.on("error", onError);
    carriage.on("close", onClose);
  }

  read(into: Uint8Array): Promise<number | null> {
    const reading = this.#received.read(into);
    if (this.#received.waitingBytes < READ_AHEAD_BYTES) this.#carriage.release();
    return reading;
  }

  async write(bytes: Uint8Array): Promise<number> {
    const length = Math.min(bytes.length, this.#carriage.writeBytes);
    const part = Buffer.from(bytes.buffer, bytes.byteOffset, length) as Uint8Array;
    await this.#unlessOver((resolve, reject) =>
      this.#socket.write(part, (error) => error ? reject(asDisconnect(error)) : resolve())
    );
    await this.#unlessOver((resolve, reject) => this.#carriage.flushed().then(resolve, reject));
    return length;
  }

  /** Says that nothing more will be written; reading goes on. */
  closeWrite(): Promise<void> {
    return this.#unlessOver((resolve) => this.#socket.end(resolve));
  }

  close(): void {
    this.#fail(closed());
    this.#socket.destroy();
    this.#carriage.destroy();
  }

  #take(chunk: Uint8Array): void {
    this.#received.put(chunk);
    if (this.#received.waitingBytes >= READ_AHEAD_BYTES) this.#carriage.hold();
  }

  /** Behind the other side's end, an error may still come. */
  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#received.fail(error);
    this.#giveUp(error);
  }

  /**
   * Waits for one thing, or for the end of the connection: by a promise of its own, as one that lives
   * as long as the connection would remember each wait.
   */
  #unlessOver(begin: (resolve: () => void, reject: (error: unknown) => void) => void) {
    if (this.#failure) return Promise.reject(this.#failure.error);
    return new Promise<void>((resolve, reject) => {
      this.#giveUp = reject;
      begin(resolve, reject);
    });
  }
}

/** The error in words that everything else understands: the system's own, or a broken connection. */
function asDisconnect(error: Error = closed()): Error {
  return error.name in Deno.errors || /^E[A-Z\d]+$/.test(String((error as { code?: unknown }).code))
    ? error
    : new Deno.errors.ConnectionReset(error.message, { cause: error });
}

function closed(): Error {
  return new Deno.errors.Interrupted("the connection was closed");
}
