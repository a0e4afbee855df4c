/**
 * A connection as the stream that `node:tls` wants below itself.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { Duplex } from "node:stream";
import { type ByteConnection, writeAll } from "../flow/byte_connection.ts";
import type { Carriage } from "./tls_connection.ts";

/** How much is read at a time, in bytes. */
const READ_BYTES = 64 * 1024;

/**
 * Carries what TLS makes of the bytes above.
 *
 * - Pressure: `node:tls` reads whatever comes, and takes for written what it has only handed on. So
 *   nothing is read while the carrier is held, and {@linkcode Carrier.flushed} tells when the
 *   connection has taken everything.
 */
export class Carrier extends Duplex implements Carriage {
  /** What TLS takes at once; of more, it would keep the rest to itself. */
  readonly writeBytes = 64 * 1024;
  readonly #connection: ByteConnection;
  readonly #buffer = new Uint8Array(READ_BYTES);
  #held: PromiseWithResolvers<void> | undefined;
  #firstByte: number | undefined;
  #writing: Promise<void> = Promise.resolve();

  /** @param connection owned from here on */
  constructor(connection: ByteConnection) {
    super({ allowHalfOpen: true });
    this.#connection = connection;
  }

  get firstByte(): number | undefined {
    return this.#firstByte;
  }

  /** Reads no more, until {@linkcode Carrier.release}. */
  hold(): void {
    this.#held ??= Promise.withResolvers();
  }

  release(): void {
    this.#held?.resolve();
    this.#held = undefined;
  }

  /** Resolves when the connection has taken all that was written. */
  flushed(): Promise<void> {
    return this.#writing;
  }

  override _read(): void {
    void this.#read();
  }

  override _write(chunk: Uint8Array, _encoding: string, done: (error?: Error) => void): void {
    this.#writing = writeAll(this.#connection, chunk);
    this.#writing.then(() => done(), done);
  }

  override _final(done: (error?: Error) => void): void {
    this.#connection.closeWrite().then(() => done(), done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.release();
    this.#connection.close();
    done(error);
  }

  async #read(): Promise<void> {
    try {
      await this.#held?.promise;
      if (this.destroyed) return;
      const length = await this.#connection.read(this.#buffer);
      if (length !== null) this.#firstByte ??= this.#buffer[0];
      this.push(length === null ? null : Buffer.from(this.#buffer.subarray(0, length)));
    } catch (error) {
      this.destroy(error as Error);
    }
  }
}
