/**
 * Accepts connections over TCP, and looks after them.
 *
 * @module
 */

import { withPort } from "../cli/address.ts";
import type { CountedGuest } from "../channel/session.ts";
import { type ByteConnection, isDisconnect } from "../flow/byte_connection.ts";
import { Standstill } from "../flow/standstill.ts";
import { aborted, pause } from "../flow/timing.ts";
import { describeError } from "../text/error_text.ts";
import { ClientConnection, type Origin, type ServerOptions } from "./client_connection.ts";

/** How often the sessions look at the clock, in milliseconds. */
const TICK_MS = 1000;

/** How long guests have to hear that the host ends, in milliseconds. */
const FAREWELL_MS = 600;

/** How long no connection is accepted after that failed, as when no descriptor was free, in milliseconds. */
const ACCEPT_AGAIN_MS = 100;

/** A connection as it comes in. */
export interface Accepted extends ByteConnection {
  readonly remoteAddr: { readonly hostname: string; readonly port: number };
  setNoDelay(noDelay: boolean): void;
}

/** Where connections come in. */
export interface Listener {
  accept(): Promise<Accepted>;
  close(): void;
}

/**
 * Serves any number of guests, none of whom can delay another.
 *
 * - Faults: whatever fails in a session ends that session alone.
 * - Close: every guest is given the reason, and a moment to take it.
 */
export class TcpServer {
  readonly #options: ServerOptions;
  /** Each until it has ended. */
  readonly #clients = new Map<ClientConnection, Promise<void>>();
  readonly #standstill = new Standstill(TICK_MS);

  constructor(options: ServerOptions) {
    this.#options = options;
  }

  guests(): CountedGuest[] {
    const guests = this.#clients.keys().filter(({ camera }) => camera !== undefined);
    return Array.from(guests, (client) => {
      const { peer, camera, session } = client;
      return { identity: client, peer, camera: camera!, ...session!.counts };
    });
  }

  /**
   * Accepts connections until `stop` is aborted, then sees every guest off. The abort's reason, if
   * it is a text, is the reason that they are given. Without a listener, guests are only those that
   * {@linkcode take} is given.
   */
  async serve(listener: Listener | undefined, stop: AbortSignal): Promise<void> {
    const ticking = setInterval(() => this.#tick(), TICK_MS);
    const closing = aborted(stop).then(() => listener?.close());
    try {
      if (listener) await this.#accept(listener, stop);
      await closing;
      const reason = typeof stop.reason === "string" ? stop.reason : "the host was ended";
      for (const client of this.#clients.keys()) client.end(reason);
      const farewell = setTimeout(() => {
        for (const client of this.#clients.keys()) client.cut(reason);
      }, FAREWELL_MS);
      await Promise.all(this.#clients.values()).finally(() => clearTimeout(farewell));
    } finally {
      clearInterval(ticking);
    }
  }

  /** Takes over a connection, whatever carries it. */
  take(connection: ByteConnection, origin: Origin): void {
    const client = new ClientConnection(connection, origin, this.#options);
    this.#clients.set(client, this.#run(client));
  }

  async #accept(listener: Listener, stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      try {
        const connection = await listener.accept();
        if (!prepare(connection)) continue;
        const { hostname, port } = connection.remoteAddr;
        // Whoever comes by IPv4 to a socket for both is known by the address that it has.
        const address = hostname.replace(/^::ffff:(?=\d+\.)/i, "");
        this.take(connection, { address, peer: withPort(address, port) });
      } catch (error) {
        if (stop.aborted) return;
        if (!(error instanceof Error)) throw error;
        this.#options.report.notAccepted(error);
        await pause(ACCEPT_AGAIN_MS, stop);
      }
    }
  }

  #tick(): void {
    const lostMicros = this.#standstill.take();
    const { privacy, report } = this.#options;
    privacy?.refresh()
      .catch((error) => report.warn(describeError(error, "look at the host's key").line));
    for (const client of this.#clients.keys()) {
      try {
        if (lostMicros > 0) client.stoodStill(lostMicros);
        client.tick();
      } catch (error) {
        this.#options.report.bug(error);
        client.cut("failed");
      }
    }
  }

  async #run(client: ClientConnection): Promise<void> {
    const reason = await client.run().catch((error) => {
      this.#options.report.bug(error);
      client.cut("failed");
      return "failed";
    });
    this.#clients.delete(client);
    this.#options.report.left(client.peer, reason, client.welcomed);
  }
}

/** Prepares a connection; `false` for one that is gone already. */
function prepare(connection: Accepted): boolean {
  try {
    connection.setNoDelay(true);
    return true;
  } catch (error) {
    connection.close();
    if (!isDisconnect(error)) throw error;
    return false;
  }
}
