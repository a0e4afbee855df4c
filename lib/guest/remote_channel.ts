/**
 * Another computer's camera as a channel: connected again and again, for any number of takers.
 *
 * @module
 */

import type { RelayChain } from "../channel/relay_chain.ts";
import { withPort } from "../cli/address.ts";
import { VERSION } from "../cli/version.ts";
import type { FoundHost } from "../discovery/host_list.ts";
import { HostLocator } from "../discovery/host_locator.ts";
import { CaptureVideoError, type ErrorCode } from "../flow/errors.ts";
import { SharedTurn } from "../flow/shared_turn.ts";
import type { NatsEvent } from "../nats/events.ts";
import type { NatsCamera } from "../nats/settings.ts";
import { monotonicMicros } from "../opencv/mod.ts";
import type { ViewSize, WelcomeMessage } from "../protocol/messages.ts";
import { describeError } from "../text/error_text.ts";
import { GuestPrivacy, type PrivacyAdvice } from "../privacy/guest_privacy.ts";
import { RememberedKeys } from "../privacy/remembered_keys.ts";
import { dialAny } from "./dial_any.ts";
import { HostConnection } from "./host_connection.ts";
import type { HostEvent } from "./host_dialogue.ts";
import type { LinkReport } from "./link_report.ts";
import type { FeedEvent, LinkState, ReceivedJpeg } from "./picture.ts";
import { readingByNats } from "./nats_reading.ts";
import type { RemoteSink } from "./remote_sink.ts";
import { RemoteSinks } from "./remote_sinks.ts";
import { reconnectDelayMs, Reconnector, type ReconnectorEvent } from "./reconnector.ts";

/** What no other attempt will change. */
const FINAL: readonly ErrorCode[] = ["output", "turned-away", "wrong-key", "identity"];
/** The same, unless there were pictures before. */
const NO_HOST: readonly ErrorCode[] = ["protocol", "privacy"];

/** What stands for a host and its port where the pictures come from elsewhere. */
export const NO_ADDRESS = { hostname: "", port: 0 } as const;

/** Which host a {@linkcode RemoteChannel} is of, and until when. */
export interface RemoteChannelSettings {
  hostname: string;
  port: number;
  /** The host itself, where it was found by its name. */
  found?: FoundHost | undefined;
  /** Which of its cameras, by name; the first when left out. */
  camera?: string | undefined;
  /** Whether it is only asked which cameras there are, which {@linkcode RemoteChannel.welcome} says. */
  list?: boolean;
  /** Who shows the pictures on, asked at each connection; left out by whoever only looks at them. */
  relays?: Pick<RelayChain, "ids" | "isIn" | "comesVia">;
  /** What to do where a key is missing or the host has none, in the terms of this program. */
  advice?: PrivacyAdvice;
  /** How long a live host may send no picture, in seconds. */
  timeoutSeconds: number;
  /** The most pictures per second that the host is asked for; `undefined` for all there are. */
  maxFps: number | undefined;
  reconnect: boolean;
  /** Ends after so many pictures; `undefined` for no end. */
  frames: number | undefined;
  /** Whether a host on another computer may be one that needs no key. */
  open: boolean;
  /** The host's key, where it is given: 16 characters. */
  key: string | undefined;
  /** Where the pictures come by a NATS server, and not from the host itself. */
  nats?: NatsCamera | undefined;
  /** Who asks for keys now, over all threads: the memory of a `SharedTurn`. */
  asking?: SharedArrayBuffer | undefined;
}

/**
 * One host's pictures, as they came.
 *
 * - Order: sinks get pictures in the order of sending.
 * - Link: see {@linkcode RemoteSinks}.
 */
export class RemoteChannel {
  readonly #settings: RemoteChannelSettings;
  readonly #sinks: RemoteSinks;
  readonly #report: LinkReport;
  readonly #onEvent: (event: FeedEvent) => void;
  #privacy: GuestPrivacy | undefined;
  readonly #open = new Set<Pick<HostConnection, "sendView">>();
  #view: ViewSize | undefined;
  readonly #enough = new AbortController();
  #welcome: WelcomeMessage | undefined;
  #received = 0;
  #receivedBytes = 0;
  #connections = 0;

  constructor(settings: RemoteChannelSettings, onEvent: (event: FeedEvent) => void) {
    this.#settings = settings;
    this.#sinks = new RemoteSinks(onEvent);
    this.#report = this.#sinks.report;
    this.#onEvent = onEvent;
  }

  /** What the host said when it let us in last; `undefined` before, and of one of the tutorial's. */
  get welcome(): WelcomeMessage | undefined {
    return this.#welcome;
  }

  /** Where the pictures come from, for people. */
  get where(): string {
    const { hostname, port, camera, nats } = this.#settings;
    const host = nats ? nats.host : withPort(hostname, port);
    const name = nats ? nats.camera : camera;
    return name === undefined ? host : `${host}/${name}`;
  }

  get link(): LinkState {
    return this.#report.link;
  }

  /** The counts up to now, as `ReceiverCounts` has them. */
  get counts(): { received: number; receivedBytes: number; reconnects: number } {
    return {
      received: this.#received,
      receivedBytes: this.#receivedBytes,
      reconnects: Math.max(0, this.#connections - 1),
    };
  }

  /** Has a sink take pictures, until it is disposed of. */
  subscribe(sink: RemoteSink): Disposable {
    return this.#sinks.subscribe(sink);
  }

  /** Asks for pictures that fill so much room; `undefined`: for the camera's own. */
  show(view: ViewSize | undefined): void {
    this.#view = view;
    for (const connection of this.#open) connection.sendView();
  }

  /**
   * Stays connected until the signal is aborted or all pictures have come.
   *
   * @throws {CaptureVideoError} when the host cannot be reached or is no host, and trying again is of
   * no use or not asked for; what a sink throws
   */
  async run(signal: AbortSignal): Promise<void> {
    const stop = AbortSignal.any([signal, this.#enough.signal]);
    const { nats } = this.#settings;
    await (nats ? this.#readNats(nats, stop) : this.#stayConnected(stop));
    this.#sinks.settle();
  }

  async #readNats(nats: NatsCamera, signal: AbortSignal): Promise<void> {
    const { timeoutSeconds, maxFps } = this.#settings;
    const { servers } = nats.servers;
    this.#report.connecting(`connecting to ${this.where} by NATS, at ${servers.join()}`);
    const reading = await readingByNats({
      ...{ nats, timeoutSeconds, maxFps },
      view: () => this.#view,
      onEvent: (event) => this.#handle(event),
    });
    this.#open.add(reading);
    await reading.run(signal).finally(() => this.#open.delete(reading));
  }

  async #stayConnected(signal: AbortSignal): Promise<void> {
    const { hostname, port, found, camera, list, reconnect, timeoutSeconds, maxFps, asking } =
      this.#settings;
    const remembered = new RememberedKeys();
    await using locator = new HostLocator({
      host: hostname,
      port,
      found,
      identity: () => remembered.named(withPort(hostname, port))?.identity,
      say: (message) => this.#onEvent({ kind: "notice", message }),
    });
    this.#report.connecting(`connecting to ${withPort(hostname, port)}`);
    const privacy = this.#privacy = new GuestPrivacy({
      ...this.#settings,
      asking: asking && new SharedTurn(asking),
      remembered,
      say: (message) => this.#onEvent({ kind: "notice", message }),
    }, (signal) => dialLocated(locator, signal));
    const reconnector = new Reconnector({
      reconnect,
      delayMs: (failures) => reconnectDelayMs(failures, Math.random()),
      onEvent: (event) => this.#handle(event),
      open: (onHearing) =>
        this.#keep(
          new HostConnection({
            dial: (signal) => privacy.dial(signal),
            now: monotonicMicros,
            program: `capturevideo guest ${VERSION}`,
            timeoutMicros: timeoutSeconds * 1e6,
            maxFps,
            camera,
            list,
            relays: this.#settings.relays?.ids,
            view: () => this.#view,
            onEvent: (event, connection) => this.#handle(event, connection),
            onHearing,
          }),
        ),
    });
    await reconnector.run(signal);
  }

  #keep(connection: HostConnection): HostConnection {
    this.#open.add(connection);
    void connection.closed.then(() => this.#open.delete(connection));
    return connection;
  }

  #handle(event: HostEvent | ReconnectorEvent | NatsEvent, connection?: HostConnection): void {
    switch (event.type) {
      case "answer":
        this.#connections++;
        return;
      case "welcome":
        this.#welcome = event;
        if (this.#settings.list) this.#enough.abort();
        this.#comesVia(event.via);
        return this.#report.welcomed();
      case "via":
        return this.#comesVia(event.via);
      case "status":
        return this.#report.camera(event);
      case "picture":
        return this.#take(event);
      case "answered":
        if (this.#sinks.settle()) connection?.decoded();
        return;
      case "silence":
        return event.silent ? this.#report.silent() : this.#report.heardAgain();
      case "failed":
        // It may have ended right behind a picture.
        this.#sinks.settle();
        // Whoever answers later cannot have a guest ended that has no key, by saying so.
        if (this.#received === 0 && isPrivate(event.failure) && this.#privacy?.hostIsPrivate()) {
          return this.#report.connecting("the host is private: connecting by TLS");
        }
        return this.#report.trouble(this.#reasonToRetry(event.failure));
      case "notice":
      case "damaged":
        return this.#onEvent({ kind: event.type, message: event.message });
    }
  }

  /** Notes through whom the pictures come, who must not have them from here. */
  #comesVia(via: readonly string[] = []): void {
    const { relays } = this.#settings;
    relays?.comesVia(via);
    if (!relays?.isIn(via)) return;
    throw new CaptureVideoError(
      "turned-away",
      `Cannot show ${this.where}: that would be a loop of relays: its pictures come from here`,
    );
  }

  #take(picture: ReceivedJpeg): void {
    const { frames = Infinity } = this.#settings;
    if (this.#received >= frames) return;
    this.#sinks.offer(picture);
    this.#received++;
    this.#receivedBytes += picture.jpeg.length;
    if (this.#received >= frames) this.#enough.abort();
  }

  /** Why the connection ended, if it makes sense to connect again; throws where it does not. */
  #reasonToRetry(error: unknown): string {
    const failure = this.#asFailure(error);
    const isNoHost = NO_HOST.includes(failure.code) && this.#received === 0;
    if (isNoHost || FINAL.includes(failure.code) || !this.#settings.reconnect) throw failure;
    return failure.message;
  }

  /** The network's errors in our own words; a bug is thrown on as it is. */
  #asFailure(error: unknown): CaptureVideoError {
    if (error instanceof CaptureVideoError) return error;
    const { hostname, port } = this.#settings;
    const { line, expected } = describeError(error, `connect to ${withPort(hostname, port)}`);
    if (!expected) throw error;
    return new CaptureVideoError("connection", line, { cause: error });
  }
}

/** Whether a host has said that it is private. */
function isPrivate(failure: unknown): boolean {
  return failure instanceof CaptureVideoError && failure.code === "privacy";
}

/** Connects to wherever the host is now. */
async function dialLocated(locator: HostLocator, signal: AbortSignal): Promise<Deno.TcpConn> {
  try {
    return await dialAny(await locator.targets(signal), signal);
  } catch (error) {
    locator.missed();
    throw error;
  }
}
