/**
 * A client from the moment it was accepted to its end, whatever it turns out to be.
 *
 * @module
 */

import type { Cameras } from "../channel/cameras.ts";
import type { Channel } from "../channel/channel.ts";
import type { Session } from "../channel/session.ts";
import { type ByteConnection, isDisconnect } from "../flow/byte_connection.ts";
import { LegacySession } from "../legacy/legacy_session.ts";
import { recogniseClient } from "../legacy/recognise_client.ts";
import type { Admitted, HostPrivacy } from "../privacy/host_privacy.ts";
import type { HelloMessage } from "../protocol/messages.ts";
import type { Admission, Client } from "./admission.ts";
import type { FramePacerOptions } from "./frame_pacer.ts";
import { GuestSession, HELLO_TIMEOUT_MICROS, type Refusal, type Welcome } from "./guest_session.ts";
import type { HostLog } from "./host_log.ts";

/** Where a connection comes from. */
export interface Origin {
  /** The address, by which clients are counted. */
  address: string;
  /** Address and port, for people. */
  peer: string;
  /** Set where it came by a way that has asked for the key already, and speaks the protocol. */
  proved?: {
    /** The key that it gave; nothing where none is needed. */
    readonly key: string | undefined;
  };
}

/** What clients are served with. */
export interface ServerOptions extends FramePacerOptions {
  cameras: Cameras;
  admission: Admission;
  /** This computer's name, for WELCOME. */
  hostname: string;
  /** Whether a client that says nothing is sent bare JPEGs; default: no. */
  legacy?: boolean;
  /** What clients have to prove before all else; nothing, where it is left out. */
  privacy?: HostPrivacy | undefined;
  report: Pick<HostLog, "joined" | "left" | "notAccepted" | "warn" | "bug">;
}

/** Finds out what a client speaks, and runs the session that does. */
export class ClientConnection implements Client {
  readonly address: string;
  readonly peer: string;
  readonly #connection: ByteConnection;
  readonly #proved: Origin["proved"];
  readonly #options: ServerOptions;
  readonly #subscription = new DisposableStack();
  #startedAtMicros: number;
  /** The key that it has proved to have. */
  #key: string | undefined;
  #session: Session | undefined;
  #camera: string | undefined;
  #endReason: string | undefined;

  /** @param connection the client's connection, owned from here on */
  constructor(
    connection: ByteConnection,
    { address, peer, proved }: Origin,
    options: ServerOptions,
  ) {
    this.address = address;
    this.peer = peer;
    this.#connection = connection;
    this.#proved = proved;
    this.#key = proved?.key;
    this.#options = options;
    this.#startedAtMicros = options.now();
  }

  /** What serves it; `undefined` until it is known what it speaks. */
  get session(): Session | undefined {
    return this.#session;
  }

  get welcomed(): boolean {
    return this.#camera !== undefined;
  }

  /** The name of the camera whose frames it is sent; `undefined` until it is welcomed. */
  get camera(): string | undefined {
    return this.#camera;
  }

  get silentMicros(): number {
    return this.#session?.silentMicros ?? 0;
  }

  /** Looks at the clock, about once a second. */
  tick(): void {
    const { now, privacy } = this.#options;
    if (!this.#session) {
      if (now() - this.#startedAtMicros > HELLO_TIMEOUT_MICROS) this.cut("no HELLO within 5 s");
      return;
    }
    if (privacy?.key !== this.#key) this.end("the host has a new key");
    this.#session.tick();
  }

  /** Does not hold a time against it in which this program stood still, in microseconds. */
  stoodStill(micros: number): void {
    this.#startedAtMicros += micros;
    this.#session?.stoodStill(micros);
  }

  /** Ends it; a guest is given the reason. */
  end(reason: string): void {
    if (this.#session) this.#session.conversation.leave(reason);
    else this.cut(reason);
  }

  cut(reason: string): void {
    if (this.#session) return this.#session.conversation.cut(reason);
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
    const { admission, legacy, privacy } = this.#options;
    using _place = admission.enter(this);
    using _subscription = this.#subscription;
    if (this.#proved) this.#speak(this.#connection);
    else if (privacy) await this.#prove(privacy);
    else if (legacy) await this.#recognise();
    else this.#speak(this.#connection);
    const ending = await this.#session?.conversation.run();
    return ending?.reason ?? this.#endReason ?? "left";
  }

  async #prove(privacy: HostPrivacy): Promise<void> {
    const gone = (error: unknown): Admitted => {
      if (!isDisconnect(error)) throw error;
      return { refused: "connection lost" };
    };
    const admitted = await privacy.admit(this.#connection, this.address).catch(gone);
    if (this.#endReason !== undefined) return;
    if ("refused" in admitted) return this.cut(admitted.refused);
    this.#key = admitted.key;
    this.#speak(admitted.connection);
  }

  async #recognise(): Promise<void> {
    const { admission, cameras, now } = this.#options;
    const { kind, connection } = await recogniseClient(this.#connection);
    if (this.#endReason !== undefined) return;
    if (kind === "capturevideo") return this.#speak(connection);
    const refused = kind === "gone" ? "left" : admission.admit(this) && "no room for it";
    if (refused) return this.cut(refused);
    this.#session = new LegacySession(connection, now);
    this.#join(this.#session, cameras.first);
  }

  #speak(connection: ByteConnection): void {
    const { cameras } = this.#options;
    this.#session = new GuestSession(connection, {
      ...this.#options,
      onHello: (hello) => this.#welcome(hello),
      onWelcomed: (session, { camera, relays }) => {
        const channel = cameras.find(camera)!;
        if (relays) this.#subscription.use(channel.relays.add(relays));
        this.#join(session, channel);
      },
    });
  }

  #welcome({ camera, list, relays = [] }: HelloMessage): Welcome | Refusal {
    const { admission, cameras, hostname } = this.#options;
    const channel = cameras.find(camera);
    if (!channel) return { refused: cameras.missing(camera!), retry: false };
    const { name, info: source } = channel;
    if (channel.relays.isIn(relays)) {
      const own = `its own picture (${source.description}) comes from this guest`;
      return { refused: `that would be a loop of relays: ${own}`, retry: false };
    }
    // To look what there is takes nobody's place.
    const refused = list ? undefined : admission.admit(this);
    if (refused !== undefined) return { refused };
    const { via } = channel.relays;
    const says = { host: hostname, source, camera: name, cameras: cameras.list() };
    return { says: { ...says, ...via && { via } }, camera: channel };
  }

  #join(session: Session, channel: Channel): void {
    const { cameras, report } = this.#options;
    this.#camera = channel.name;
    this.#subscription.use(channel.subscribe(session.sink));
    report.joined(this.peer, cameras.nameAmongOthers(channel));
  }
}
