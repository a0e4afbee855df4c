/**
 * One camera on a NATS server: its pictures, for as long as somebody reads them, and how it is.
 *
 * @module
 */

import type { Msg, NatsConnection } from "@nats-io/transport-node";
import type { SourceState } from "../camera/source.ts";
import type { Channel } from "../channel/channel.ts";
import type { Rendition } from "../channel/rendition.ts";
import type { CountedGuest } from "../channel/session.ts";
import { VERSION } from "../cli/version.ts";
import { CaptureVideoError } from "../flow/errors.ts";
import { isLoopback } from "../privacy/loopback.ts";
import { encodeMessage, type WelcomeMessage } from "../protocol/messages.ts";
import { askTime } from "./ask_time.ts";
import { Asked } from "./asked.ts";
import { connectToNats, disconnect } from "./connect.ts";
import { FramePublisher } from "./frame_publisher.ts";
import { Listeners } from "./listeners.ts";
import { messageIn } from "./message.ts";
import type { NatsServers } from "./settings.ts";
import { encodeState } from "./state.ts";
import { CameraSubjects, isOfCameras } from "./subjects.ts";

/** How often the state is published, and it is asked who listens, in milliseconds. */
const LOOK_EVERY_MS = 1000;
/** The least time between two looks, however many ask for one, in milliseconds. */
const LOOK_AT_MOST_EVERY_MS = 50;
/** How long another host of the same name is waited for, in milliseconds. */
const CLAIM_MS = 1000;
/** How long the last words may take, in milliseconds. */
const FAREWELL_MS = 500;

/** Options of a {@linkcode NatsPublisher}. */
export interface NatsPublisherOptions {
  readonly servers: NatsServers;
  /** What guests find the host by. */
  readonly name: string;
  readonly channel: Pick<Channel, "name" | "fps" | "subscribe">;
  /** What may be wanted of it. */
  readonly renditions: readonly Rendition[];
  /** What guests of the host are welcomed with, as it is now. */
  readonly welcome: () => WelcomeMessage;
  /** The monotonic clock, in microseconds. */
  readonly now: () => number;
  readonly report: NatsReport;
  /** Ends the connecting. */
  readonly stop: AbortSignal;
}

/** Whoever has words for what happens; a server can provoke any number. */
export interface NatsReport {
  info(line: string): void;
  warn(line: string): void;
  bug(error: unknown): void;
}

/**
 * Publishes one channel, on a connection of its own.
 *
 * - Demand: the channel is subscribed to by rendition, while somebody reads that.
 * - Server: one that goes away is tried again, and the host's other guests notice nothing.
 * - Close: guests are told; waits no longer than half a second for a server that hangs.
 */
export class NatsPublisher implements AsyncDisposable {
  readonly #options: NatsPublisherOptions;
  readonly #connection: NatsConnection;
  readonly #subjects: CameraSubjects;
  readonly #frames: FramePublisher;
  readonly #listeners: Listeners;
  readonly #asked: Asked;
  readonly #run = crypto.randomUUID();
  readonly #subscriptions = new Map<Rendition, Disposable>();
  #looking: ReturnType<typeof setInterval> | undefined;
  #state: SourceState = { camera: "starting" };
  #lookedAtMs = -Infinity;
  #lookAgain: ReturnType<typeof setTimeout> | undefined;
  #isConnected = true;

  private constructor(options: NatsPublisherOptions, connection: NatsConnection) {
    const { name, channel, now, report } = options;
    this.#options = options;
    this.#connection = connection;
    this.#subjects = new CameraSubjects(name, channel.name);
    this.#frames = new FramePublisher({
      ...{ connection, subjects: this.#subjects, rate: channel, now },
      onRefused: (line) => report.warn(`Cannot publish ${this.#called} by NATS: ${line}`),
    });
    this.#listeners = new Listeners(connection, this.#subjects, options.renditions);
    this.#asked = new Asked(connection, this.#subjects.ask, (message) => {
      this.#guard(() => this.#answer(message));
    });
  }

  /**
   * Connects, and publishes from then on.
   *
   * @throws {CaptureVideoError} `connection`, `turned-away`, when the server cannot be used; also
   * when another host publishes by the same name, or this one may not; why it was stopped
   */
  static async open(options: NatsPublisherOptions): Promise<NatsPublisher> {
    const { servers, stop } = options;
    const connection = await connectToNats(servers, `capturevideo host ${VERSION}`, stop);
    if (!connection) throw stop.reason;
    const publisher = new NatsPublisher(options, connection);
    try {
      await publisher.#claim();
    } catch (error) {
      // Nothing is published before, and no last words: they would be taken for the other host's.
      await disconnect(connection);
      throw error;
    }
    publisher.#begin();
    return publisher;
  }

  /** What is published now, as the host's statistics show it. */
  guests(): CountedGuest[] {
    const { name: camera } = this.#options.channel;
    return [...this.#subscriptions.keys()].map((rendition) => {
      const peer = this.#subjects.frames(rendition);
      return { identity: peer, peer, camera, ...this.#frames.counts(rendition) };
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#looking);
    clearTimeout(this.#lookAgain);
    this.#want(new Set());
    this.#frames.close();
    if (this.#isConnected) this.#publishState("the host was ended");
    const limit = Promise.withResolvers<void>();
    const timer = setTimeout(limit.resolve, FAREWELL_MS);
    await Promise.race([this.#connection.flush().catch(() => {}), limit.promise]);
    clearTimeout(timer);
    await disconnect(this.#connection);
  }

  get #called(): string {
    return `${this.#options.name}/${this.#options.channel.name}`;
  }

  /** Sees that no other host publishes by the same name, and that this one may. */
  async #claim(): Promise<void> {
    const { now } = this.#options;
    const { ask: subject } = this.#subjects;
    const answer = await askTime({ connection: this.#connection, subject, now, limitMs: CLAIM_MS });
    const why = typeof answer !== "string"
      ? "another host does; give this one another --name"
      : answer === "forbidden"
      ? "the server does not let this user do so; give the --name that it may use"
      : undefined;
    if (why === undefined) return;
    throw new CaptureVideoError("turned-away", `Cannot publish ${this.#called} by NATS: ${why}`);
  }

  #begin(): void {
    const { report } = this.#options;
    void this.#follow().catch((error) => report.bug(error));
    const server = this.#connection.getServer();
    report.info(`publishing ${this.#called} by NATS, at ${server}`);
    const { tls_required: isTls, tls_available: mayBeTls } = this.#connection.info ?? {};
    if (!isTls && !mayBeTls && !isLoopback(hostOf(server))) {
      report.warn("NATS without TLS: everyone who listens to the network sees the picture");
    }
    this.#frames.begin();
    this.#looking = setInterval(() => this.#tick(), LOOK_EVERY_MS);
    this.#tick();
  }

  /** Follows what becomes of the connection, to its end. */
  async #follow(): Promise<void> {
    const { report } = this.#options;
    for await (const status of this.#connection.status()) {
      if (status.type === "disconnect") {
        this.#isConnected = false;
        this.#asked.drop();
        this.#frames.pause();
        this.#want(new Set());
        report.warn(`the NATS server ${status.server} is gone; trying again`);
      } else if (status.type === "reconnect") {
        this.#isConnected = true;
        report.info(`publishing ${this.#called} by NATS again, at ${status.server}`);
        this.#frames.begin();
        this.#tick();
      } else if (status.type === "error") {
        report.warn(`the NATS server says: ${status.error.message}`);
      }
    }
  }

  #tick(): void {
    if (!this.#isConnected) return;
    this.#asked.renew();
    this.#frames.drain();
    void this.#frames.measure();
    this.#publishState();
    void this.#look();
  }

  /** Sees who listens, and wants of the channel what they read. */
  async #look(): Promise<void> {
    this.#lookedAtMs = performance.now();
    const wanted = await this.#listeners.wanted();
    if (this.#isConnected && !this.#connection.isClosed()) this.#guard(() => this.#want(wanted));
  }

  /** Tells a guest what time it is here; who asks may have just come. */
  #answer(message: Msg): void {
    // Where only a host may publish, it does so in nobody else's name.
    if (message.reply === undefined || isOfCameras(message.reply)) return;
    const { t1 } = messageIn(message.data, "ping");
    const t2 = this.#options.now();
    this.#frames.whenIdle(() => {
      if (this.#connection.isClosed()) return;
      message.respond(encodeMessage({ type: "pong", t1, t2, t3: this.#options.now() }));
    });
    if (this.#lookAgain !== undefined) return;
    const waitMs = this.#lookedAtMs + LOOK_AT_MOST_EVERY_MS - performance.now();
    this.#lookAgain = setTimeout(() => {
      this.#lookAgain = undefined;
      if (!this.#isConnected) return;
      this.#publishState();
      void this.#look();
    }, Math.max(0, waitMs));
  }

  #want(wanted: ReadonlySet<Rendition>): void {
    for (const rendition of this.#options.renditions) {
      const subscription = this.#subscriptions.get(rendition);
      if (wanted.has(rendition) && !subscription) {
        const sink = this.#frames.sink(rendition, (state) => this.#setState(state));
        this.#subscriptions.set(rendition, this.#options.channel.subscribe(sink));
      } else if (!wanted.has(rendition) && subscription) {
        subscription[Symbol.dispose]();
        this.#subscriptions.delete(rendition);
      }
    }
    // A camera that nobody watches is closed, and will have to start.
    if (this.#subscriptions.size === 0) this.#state = { camera: "starting" };
  }

  #setState(state: SourceState): void {
    const { camera, why } = this.#state;
    this.#state = state;
    if (this.#isConnected && (state.camera !== camera || state.why !== why)) this.#publishState();
  }

  #publishState(end?: string): void {
    if (this.#connection.isClosed()) return;
    const { welcome, now } = this.#options;
    this.#connection.publish(
      this.#subjects.state,
      encodeState({
        welcome: welcome(),
        status: { type: "status", ...this.#state },
        run: this.#run,
        clockToUnixMicros: Math.round(Date.now() * 1000 - now()),
        end,
      }),
    );
  }

  /** An exception would end the connection. */
  #guard(act: () => void): void {
    try {
      act();
    } catch (error) {
      if (!(error instanceof CaptureVideoError)) return this.#options.report.bug(error);
      this.#options.report.warn(`${this.#called} by NATS: ${error.message}`);
    }
  }
}

/** The address in `address:port`. */
function hostOf(server: string): string {
  return server.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1");
}
