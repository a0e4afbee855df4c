/**
 * What is inside TLS, as a connection.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { TLSSocket } from "node:tls";
import type { ByteConnection } from "../flow/byte_connection.ts";

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
  /** Frees it. */
  destroy(): void;
  /** Listens to its end. */
  on(event: "error" | "close", listener: (error?: Error) => void): unknown;
}

/** A read that waits for bytes. */
interface WaitingRead {
  readonly into: Uint8Array;
  readonly resolve: (length: number | null) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Reads and writes inside TLS.
 *
 * - Pressure: no more is read while {@linkcode READ_AHEAD_BYTES} wait here, and a write resolves
 *   when the kernel has taken all of it.
 * - Close: ends reads and writes under way, with an error that `isDisconnect` knows.
 */
export class TlsConnection implements ByteConnection {
  readonly #socket: TLSSocket;
  readonly #carriage: Carriage;
  readonly #chunks: Uint8Array[] = [];
  #waitingBytes = 0;
  #reading: WaitingRead | undefined;
  /** `null` once the other side has finished, the error once nothing goes any more. */
  #end: { readonly error: unknown } | null | undefined;
  readonly #over = Promise.withResolvers<never>();

  /** @param socket its handshake is done @param carriage what it is on */
  constructor(socket: TLSSocket, carriage: Carriage) {
    this.#socket = socket;
    this.#carriage = carriage;
    this.#over.promise.catch(() => {});
    socket.on("data", (chunk: Uint8Array) => this.#take(chunk));
    socket.on("end", () => this.#finish(null));
    const onError = (error?: Error) => this.#finish({ error: asDisconnect(error) });
    const onClose = () => this.#finish({ error: closed() });
    socket.on("error", onError).on("close", onClose);
    carriage.on("error", onError);
    carriage.on("close", onClose);
  }

  /** Reads what there is into `into`; `null` when the other side has finished. */
  read(into: Uint8Array): Promise<number | null> {
    if (this.#chunks.length > 0) return Promise.resolve(this.#give(into));
    if (this.#end === null) return Promise.resolve(null);
    if (this.#end) return Promise.reject(this.#end.error);
    return new Promise((resolve, reject) => this.#reading = { into, resolve, reject });
  }

  /** Writes some of the bytes. */
  async write(bytes: Uint8Array): Promise<number> {
    if (this.#end) throw this.#end.error;
    const length = Math.min(bytes.length, this.#carriage.writeBytes);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const part = Buffer.from(bytes.buffer, bytes.byteOffset, length) as Uint8Array;
    this.#socket.write(part, (error) => error ? reject(asDisconnect(error)) : resolve());
    await Promise.race([promise, this.#over.promise]);
    await Promise.race([this.#carriage.flushed(), this.#over.promise]);
    return length;
  }

  /** Says that nothing more will be written; reading goes on. */
  async closeWrite(): Promise<void> {
    if (this.#end) throw this.#end.error;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#socket.end(resolve);
    await Promise.race([promise, this.#over.promise]);
  }

  /** Frees the connection. */
  close(): void {
    this.#finish({ error: closed() });
    this.#socket.destroy();
    this.#carriage.destroy();
  }

  #take(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#waitingBytes += chunk.length;
    const reading = this.#reading;
    this.#reading = undefined;
    reading?.resolve(this.#give(reading.into));
    if (this.#waitingBytes >= READ_AHEAD_BYTES) this.#carriage.hold();
  }

  /** Moves waiting bytes, of which there are some. */
  #give(into: Uint8Array): number {
    let length = 0;
    while (length < into.length && this.#chunks.length > 0) {
      const chunk = this.#chunks[0]!;
      const part = chunk.subarray(0, into.length - length);
      into.set(part, length);
      length += part.length;
      if (part.length < chunk.length) this.#chunks[0] = chunk.subarray(part.length);
      else this.#chunks.shift();
    }
    this.#waitingBytes -= length;
    if (this.#waitingBytes < READ_AHEAD_BYTES) this.#carriage.release();
    return length;
  }

  #finish(end: { readonly error: unknown } | null): void {
    // Behind the other side's end, our own may still come.
    if (!this.#end) this.#end = end;
    const reading = this.#reading;
    this.#reading = undefined;
    if (!end) return reading?.resolve(null);
    reading?.reject(end.error);
    this.#over.reject(end.error);
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
