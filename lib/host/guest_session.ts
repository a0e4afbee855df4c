/**
 * One guest, from its first byte to its last.
 *
 * @module
 */

import { type Session, type SessionCounts, SILENCE_LIMIT_MICROS } from "../channel/session.ts";
import type { JpegSink } from "../channel/sink.ts";
import type { ByteConnection } from "../flow/byte_connection.ts";
import { Conversation, wrongMessage } from "../peer/conversation.ts";
import { FloodGuard } from "../peer/flood_guard.ts";
import { MessageDecoder } from "../protocol/decoder.ts";
import { PROTOCOL_VERSION } from "../protocol/header.ts";
import { type GuestMessage, type HelloMessage, type WelcomeMessage } from "../protocol/messages.ts";
import { FramePacer, type FramePacerOptions, type PacedCamera } from "./frame_pacer.ts";

/** A guest that has not said HELLO by then is let go, in microseconds. */
export const HELLO_TIMEOUT_MICROS = 5_000_000;
/** How long the other side is given to take a BYE, in microseconds. */
export const FAREWELL_MICROS = 1_000_000;

/** What is said to a guest that is let in, and whose frames it gets. */
export interface Welcome {
  readonly says: Omit<WelcomeMessage, "type" | "version" | "views">;
  readonly camera: PacedCamera;
}

/** Why a guest is not let in; `retry` is false where the answer would always be the same. */
export interface Refusal {
  readonly refused: string;
  readonly retry?: false;
}

/** What a session needs of the world around it. */
export interface GuestSessionOptions extends FramePacerOptions {
  /** Called with a valid HELLO. */
  onHello: (hello: HelloMessage) => Welcome | Refusal;
  /** Called when the guest is in: what is sent to it from now on comes behind the welcome. */
  onWelcomed: (session: GuestSession, hello: HelloMessage) => void;
}

/**
 * Speaks the protocol with one guest.
 *
 * - Life: greeting until HELLO, then serving, leaving, closed; see {@linkcode Conversation}.
 * - Bound: what waits to be sent is at most one message of each kind, and one frame.
 * - Pace: the guest's acknowledgements and PONGs decide, see {@linkcode FramePacer}.
 */
export class GuestSession implements Session {
  /** Its life: it has run once the connection is closed, whichever side ended it. */
  readonly conversation: Conversation<GuestMessage>;
  readonly #options: GuestSessionOptions;
  readonly #pacer: FramePacer;
  #startedAtMicros: number;

  /** @param connection the guest's connection, owned by the session from here on */
  constructor(connection: ByteConnection, options: GuestSessionOptions) {
    const { now } = options;
    this.#options = options;
    this.#startedAtMicros = now();
    this.#pacer = new FramePacer(options);
    const decoder = new MessageDecoder({ from: "guest" });
    this.conversation = new Conversation(connection, {
      now,
      readBytes: 4096,
      farewellMicros: FAREWELL_MICROS,
      decoder: () => decoder,
      heartbeat: this.#pacer.heartbeat,
      guard: new FloodGuard(),
      onPart: (message) => this.#handle(message),
      onEnd: () => this.#pacer.close(),
      next: () => this.#pacer.next(now()),
      onProgress: () => this.#pacer.progressAtMicros = now(),
      waitsForClose: true,
    });
  }

  /** Whether the guest was welcomed and has not left: only then are frames of use to it. */
  get active(): boolean {
    return this.conversation.state === "serving";
  }

  get sink(): JpegSink {
    return this.#pacer;
  }

  get counts(): SessionCounts {
    return this.#pacer.counts;
  }

  get silentMicros(): number {
    return this.#pacer.heartbeat.silentMicros(this.#options.now());
  }

  /** Looks at the clock, about once a second: asks for a sign of life, or ends the session. */
  tick(): void {
    const now = this.#options.now();
    const isGreeting = this.conversation.state === "greeting";
    this.conversation.tick(now);
    if (isGreeting && now - this.#startedAtMicros > HELLO_TIMEOUT_MICROS) {
      this.conversation.leave("no HELLO within 5 s");
    } else if (this.silentMicros > SILENCE_LIMIT_MICROS) {
      this.conversation.leave("nothing heard for 10 s");
    } else if (this.#pacer.stalledMicros(now) > SILENCE_LIMIT_MICROS) {
      this.conversation.leave("no frame acknowledged for 10 s");
    }
    this.conversation.outbox.wake();
  }

  stoodStill(micros: number): void {
    this.#startedAtMicros += micros;
    this.#pacer.stoodStill(micros);
  }

  #handle(message: GuestMessage): void {
    const { state, outbox } = this.conversation;
    const { heartbeat } = this.#pacer;
    if (state === "greeting" && message.type !== "hello" && message.type !== "bye") {
      throw wrongMessage(message, "a guest: the first message is HELLO");
    }
    switch (message.type) {
      case "hello":
        return this.#hello(message);
      case "bye":
        return this.conversation.left(message);
      case "ack":
        if (this.#pacer.acknowledged(message.sequence, heartbeat.heardAtMicros)) outbox.wake();
        return;
      case "ping":
        heartbeat.asked(message);
        return outbox.wake();
      case "pong": {
        const exchange = heartbeat.answered(message);
        if (exchange) this.#pacer.measured(exchange);
        return;
      }
      case "view":
        return this.#pacer.shown(message.view);
      case "want":
        throw wrongMessage(message, "a guest: this host lends no camera");
      case "nonce":
      case "proof":
        throw wrongMessage(message, "a guest: keys are proved before");
    }
  }

  #hello(hello: HelloMessage): void {
    const { versions, maxFps, view, list } = hello;
    if (this.active) throw wrongMessage(hello, "a guest: it was said before");
    if (!versions.includes(PROTOCOL_VERSION)) {
      const reason =
        `Cannot talk to a guest of protocol ${versions.join(", ")}: this host speaks ` +
        `${PROTOCOL_VERSION}`;
      return this.conversation.leave(reason, { retry: false });
    }
    const answer = this.#options.onHello(hello);
    if ("refused" in answer) return this.conversation.leave(answer.refused, answer);
    this.conversation.serve();
    const { says, camera } = answer;
    const views = this.#pacer.adapts ? { views: true } : {};
    const welcome = { type: "welcome", version: PROTOCOL_VERSION, ...says, ...views } as const;
    this.conversation.outbox.post(welcome);
    if (list) return this.conversation.leave("these are the cameras");
    this.#pacer.shown(view);
    this.#pacer.begin(this.conversation.outbox, camera, maxFps);
    this.#options.onWelcomed(this, hello);
  }
}
