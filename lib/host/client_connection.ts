/**
 * A client from the moment it was accepted to its end, whatever it turns out to be.
 *
 * @module
 */

import type { Channel } from "../channel/channel.ts";
import type { Session, SessionCounts } from "../channel/session.ts";
import type { ByteConnection } from "../flow/byte_connection.ts";
import { LegacySession } from "../legacy/legacy_session.ts";
import { recogniseClient } from "../legacy/recognise_client.ts";
import { PROTOCOL_VERSION } from "../protocol/header.ts";
import type { WelcomeMessage } from "../protocol/messages.ts";
import type { Admission, Client, Lease } from "./admission.ts";
import { GuestSession } from "./guest_session.ts";

/** Where a connection comes from. */
export interface Origin {
  /** The address, by which clients are counted. */
  address: string;
  /** Address and port, for people. */
  peer: string;
}

/** What clients are served with. */
export interface ClientOptions {
  /** What guests get. */
  channel: Channel;
  /** Who may be one. */
  admission: Admission;
  /** This computer's name, as guests are told. */
  hostname: string;
  /** The frames a second that are requested of the source. */
  fps: number;
  /** Whether a guest whose link cannot carry the full pictures gets smaller ones; default: no. */
  adapt?: boolean;
  /** Whether a client that says nothing is sent bare JPEGs; default: no. */
  legacy?: boolean;
  /** The monotonic clock, in microseconds. */
  now: () => number;
  /** Called when it has become a guest. */
  onJoin: (peer: string) => void;
}

/** Finds out what a client speaks, and runs the session that does. */
export class ClientConnection implements Client {
  readonly address: string;
  /** Address and port, for people. */
  readonly peer: string;
  readonly #connection: ByteConnection;
  readonly #options: ClientOptions;
  #session: Session | undefined;
  #subscription: Disposable | undefined;
  #welcomed = false;
  #endReason: string | undefined;

  /** @param connection the client's connection, owned from here on */
  constructor(connection: ByteConnection, origin: Origin, options: ClientOptions) {
    this.address = origin.address;
    this.peer = origin.peer;
    this.#connection = connection;
    this.#options = options;
  }

  /** Whether it was ever a guest. */
  get welcomed(): boolean {
    return this.#welcomed;
  }

  /** What it was sent; `undefined` when it is no guest. */
  get counts(): SessionCounts | undefined {
    return this.#subscription && this.#session?.counts;
  }

  /** For how long nothing was heard of it, in microseconds. */
  get silentMicros(): number {
    return this.#session?.silentMicros ?? 0;
  }

  /** Looks at the clock, about once a second. */
  tick(): void {
    this.#session?.tick();
  }

  /** Does not hold a time against it in which this program stood still, in microseconds. */
  stoodStill(micros: number): void {
    this.#session?.stoodStill(micros);
  }

  /** Ends it; a guest is told why. */
  end(reason: string): void {
    if (this.#session) this.#session.end(reason);
    else this.cut(reason);
  }

  /** Ends it at once. */
  cut(reason: string): void {
    this.#unsubscribe();
    if (this.#session) return this.#session.cut(reason);
    if (this.#endReason !== undefined) return;
    this.#endReason = reason;
    this.#connection.close();
  }

  /**
   * Serves it to its end.
   *
   * @returns why it ended, in words for people
   */
  async run(): Promise<string> {
    using lease = this.#options.admission.enter(this);
    try {
      const session = this.#options.legacy
        ? await this.#recognise(lease)
        : this.#guestSession(this.#connection, lease);
      return await session?.run() ?? this.#endReason ?? "left";
    } finally {
      this.#unsubscribe();
    }
  }

  async #recognise(lease: Lease): Promise<Session | undefined> {
    const { kind, connection } = await recogniseClient(this.#connection);
    if (this.#endReason !== undefined) return undefined;
    if (kind === "capturevideo") return this.#guestSession(connection, lease);
    const refused = kind === "gone" ? "left" : lease.admit() && "no room for it";
    if (refused) {
      this.cut(refused);
      return undefined;
    }
    const { now } = this.#options;
    const session = this.#session = new LegacySession(connection, { peer: this.peer, now });
    this.#join(session);
    return session;
  }

  #guestSession(connection: ByteConnection, lease: Lease): Session {
    const { now, fps, adapt = false } = this.#options;
    return this.#session = new GuestSession(connection, {
      peer: this.peer,
      now,
      fps,
      adapt,
      onHello: () => lease.admit() ?? this.#welcome(),
      onWelcomed: (session) => this.#join(session),
    });
  }

  #welcome(): WelcomeMessage {
    const { channel, hostname } = this.#options;
    return { type: "welcome", version: PROTOCOL_VERSION, host: hostname, source: channel.info };
  }

  #join(session: Session): void {
    this.#welcomed = true;
    this.#subscription = this.#options.channel.subscribe(session);
    this.#options.onJoin(this.peer);
  }

  #unsubscribe(): void {
    this.#subscription?.[Symbol.dispose]();
    this.#subscription = undefined;
  }
}
