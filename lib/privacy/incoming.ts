/**
 * Connections that come in, of which one may turn out to be TLS.
 *
 * They come by `node:net`, which encrypts a picture for a fifth of what TLS costs on top of another
 * connection.
 *
 * @module
 */

import { createServer, type Server, type Socket } from "node:net";
import { createSecureContext, TLSSocket } from "node:tls";
import type { ByteConnection } from "../flow/byte_connection.ts";
import { CaptureVideoError } from "../flow/errors.ts";
import { handshake, TLS_VERSION } from "./handshake.ts";
import type { HostIdentity } from "./identity.ts";
import type { Carriage, TlsConnection } from "./tls_connection.ts";

/** How many connections may wait to be accepted; newer ones are closed. */
const MAX_WAITING = 512;

/** So much is read of one that does not speak TLS, in bytes: enough to see that. */
const FIRST_BYTES = 4096;

/**
 * A connection that has come in, of which nothing is known.
 *
 * - To be looked at once, by {@linkcode IncomingConnection.peek}; then it begins TLS, or is written
 *   to in the clear.
 */
export class IncomingConnection implements ByteConnection, Carriage {
  /** Mostly a whole picture: each write costs a turn of a loop that looks at all connections. */
  readonly writeBytes = 256 * 1024;
  readonly remoteAddr: { readonly hostname: string; readonly port: number };
  readonly #socket: Socket;

  /** @param socket connected, and read by nobody */
  constructor(socket: Socket) {
    this.#socket = socket;
    const hostname = (socket.remoteAddress ?? "").replace(/^::ffff:(?=\d+\.)/i, "");
    this.remoteAddr = { hostname, port: socket.remotePort ?? 0 };
    // An error is followed by the end, which everybody looks for.
    socket.on("error", () => {});
  }

  setNoDelay(noDelay: boolean): void {
    this.#socket.setNoDelay(noDelay);
  }

  /** Waits for the first byte, which stays unread; `undefined` when none will come. */
  async peek(): Promise<number | undefined> {
    const first = await this.#next();
    if (first) this.#socket.unshift(first);
    return first?.[0];
  }

  /**
   * Begins TLS 1.3 on it.
   *
   * @throws {CaptureVideoError} `privacy`, when the other side does not speak it
   */
  startTls({ certificate: cert, privateKey: key }: HostIdentity): Promise<TlsConnection> {
    const secureContext = createSecureContext({ cert, key, minVersion: TLS_VERSION });
    const socket = new TLSSocket(this.#socket, { isServer: true, secureContext });
    return handshake(socket, "secure", this);
  }

  async read(into: Uint8Array): Promise<number | null> {
    const bytes = await this.#next();
    if (!bytes) return null;
    const part = bytes.subarray(0, Math.min(into.length, FIRST_BYTES));
    into.set(part);
    if (part.length < bytes.length) this.#socket.unshift(bytes.subarray(part.length));
    return part.length;
  }

  write(bytes: Uint8Array): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.#socket.write(bytes, (error) => error ? reject(error) : resolve(bytes.length));
    return promise;
  }

  closeWrite(): Promise<void> {
    return new Promise((resolve) => this.#socket.end(resolve));
  }

  close(): void {
    this.#socket.destroy();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** Ends who sends so much more than the host reads: `node:tls` cannot be held up. */
  hold(): void {
    this.#socket.destroy(
      new CaptureVideoError("protocol", "Cannot keep up with a guest: it sends more than is read"),
    );
  }

  /** Nothing is ever held. */
  release(): void {}

  /** A write has been taken by the kernel when it is done. */
  flushed(): Promise<void> {
    return Promise.resolve();
  }

  on(event: "error" | "close", listener: (error?: Error) => void): void {
    this.#socket.on(event, listener);
  }

  /** The next bytes; `undefined` when there will be none. */
  #next(): Promise<Uint8Array | undefined> {
    const socket = this.#socket;
    return new Promise((resolve) => {
      const look = () => {
        const bytes: Uint8Array | null = socket.read();
        if (!bytes && !socket.readableEnded && !socket.destroyed) return;
        for (const event of ["readable", "end", "close"]) socket.off(event, look);
        resolve(bytes ?? undefined);
      };
      for (const event of ["readable", "end", "close"]) socket.on(event, look);
      look();
    });
  }
}

/**
 * Listens, and hands connections out one by one.
 *
 * - Bound: of those that nobody has accepted, only so many wait.
 */
export class IncomingListener {
  readonly #server: Server;
  readonly #waiting: IncomingConnection[] = [];
  readonly #takers: PromiseWithResolvers<IncomingConnection>[] = [];
  #closed: Error | undefined;

  private constructor() {
    this.#server = createServer({ allowHalfOpen: true }, (socket) => {
      const connection = new IncomingConnection(socket);
      const taker = this.#takers.shift();
      if (taker) taker.resolve(connection);
      else if (this.#waiting.length < MAX_WAITING) this.#waiting.push(connection);
      else connection.close();
    });
  }

  /** Listens. @throws the system's error, when it cannot */
  static async listen({ host, port }: { host: string; port: number }): Promise<IncomingListener> {
    const listener = new IncomingListener();
    const server = listener.#server;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.once("error", reject);
    server.listen({ host, port }, resolve);
    await promise;
    server.off("error", reject);
    server.on("error", (error: Error) => listener.#takers.shift()?.reject(error));
    return listener;
  }

  get addr(): { readonly hostname: string; readonly port: number } {
    const { address, port } = this.#server.address() as { address: string; port: number };
    return { hostname: address, port };
  }

  /** The next connection. @throws the system's error, when one could not be accepted */
  accept(): Promise<IncomingConnection> {
    if (this.#closed) return Promise.reject(this.#closed);
    const waiting = this.#waiting.shift();
    if (waiting) return Promise.resolve(waiting);
    const taker = Promise.withResolvers<IncomingConnection>();
    this.#takers.push(taker);
    return taker.promise;
  }

  /** Listens no more; who waits is closed. */
  close(): void {
    if (this.#closed) return;
    this.#closed = new Deno.errors.BadResource("the listener was closed");
    this.#server.close();
    for (const connection of this.#waiting.splice(0)) connection.close();
    for (const taker of this.#takers.splice(0)) taker.reject(this.#closed);
  }
}
