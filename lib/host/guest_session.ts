/**
 * One guest, from its first byte to its last.
 *
 * @module
 */

import { type ByteConnection, isDisconnect } from "../flow/byte_connection.ts";
import { CaptureVideoError } from "../flow/errors.ts";
import { LatestSlot } from "../flow/latest_slot.ts";
import { MessageDecoder } from "../protocol/decoder.ts";
import { PROTOCOL_VERSION } from "../protocol/header.ts";
import {
  type ByeMessage,
  encodeMessage,
  type GuestMessage,
  type HelloMessage,
  type Message,
  type WelcomeMessage,
} from "../protocol/messages.ts";
import { AckWindow, type FrameInFlight } from "./ack_window.ts";
import { Adaptation } from "./adaptation.ts";
import type { EncodedFrame } from "../channel/encoded_frame.ts";
import { Exchanges } from "../peer/exchanges.ts";
import type { SourceState } from "../camera/source.ts";
import { FloodGuard } from "../peer/flood_guard.ts";
import { RateLimit } from "../peer/rate_limit.ts";
import type { Rendition } from "../channel/rendition.ts";
import { type Session, type SessionCounts, SILENCE_LIMIT_MICROS } from "../channel/session.ts";

/** A guest that has not said HELLO by then is let go, in microseconds. */
export const HELLO_TIMEOUT_MICROS = 5_000_000;
/** How long the other side is given to take a BYE, in microseconds. */
export const FAREWELL_MICROS = 1_000_000;

/** What a session is told of the world around it. */
export interface GuestSessionOptions {
  /** `address:port` of the guest, for people. */
  peer: string;
  /** The monotonic clock, in microseconds. */
  now: () => number;
  /** The frames a second that the source is wished to give. */
  fps: number;
  /** Whether a guest whose link cannot carry the full pictures gets smaller ones; default: no. */
  adapt?: boolean;
  /** Called with a valid HELLO: the answer, or a `string` that says why the guest is refused. */
  onHello: (session: GuestSession) => WelcomeMessage | string;
  /** Called when the guest is in: what it is told from now on comes behind the welcome. */
  onWelcomed: (session: GuestSession) => void;
}

/** A frame under way, and which rendition it is of. */
interface SentFrame extends FrameInFlight {
  rendition: Rendition;
}

/**
 * Speaks the protocol with one guest.
 *
 * - Bound: what waits to be sent is at most one message of each kind, and one frame.
 * - Loss: a frame that a newer one overtakes is never sent; `skipped` counts them.
 * - Rate: of a guest that asked for fewer frames, only those count whose turn it is; one that waits
 *   is replaced by any newer one, so that it is never an old one that is sent.
 * - Pace: frames wait for acknowledgements, see {@linkcode AckWindow}.
 * - Close: {@linkcode run} resolves once the connection is closed, whichever side ended it.
 */
export class GuestSession implements Session {
  /** `address:port` of the guest, for people. */
  readonly peer: string;
  /** What is sent. */
  readonly takes = "jpeg";

  readonly #connection: ByteConnection;
  readonly #options: GuestSessionOptions;
  readonly #window: AckWindow<SentFrame>;
  readonly #adaptation: Adaptation | undefined;
  readonly #decoder = new MessageDecoder({ from: "guest" });
  readonly #guard = new FloodGuard();
  readonly #frames = new LatestSlot<EncodedFrame>({ discard: (frame) => frame.release() });
  readonly #wake = new LatestSlot<true>();

  /** What waits to be sent, one of each kind at the most, in the order of first need. */
  readonly #outbox = new Map<Message["type"], Message>();
  readonly #exchanges = new Exchanges();

  #welcomed = false;
  #closed = false;
  #endReason: string | undefined;
  #endedAtMicros = Infinity;
  #bug: { error: unknown } | undefined;
  #sent = 0;
  #skipped = 0;
  #limit: RateLimit | undefined;
  #startedAtMicros: number;
  #heardAtMicros: number;
  #progressAtMicros: number;

  /** @param connection the guest's connection, owned by the session from here on */
  constructor(connection: ByteConnection, options: GuestSessionOptions) {
    this.peer = options.peer;
    this.#connection = connection;
    this.#options = options;
    this.#window = new AckWindow({ fps: options.fps });
    this.#adaptation = options.adapt ? new Adaptation() : undefined;
    this.#startedAtMicros = this.#heardAtMicros = this.#progressAtMicros = options.now();
  }

  /** Whether the guest was welcomed and has not left: only then are frames of use to it. */
  get active(): boolean {
    return this.#welcomed && this.#endReason === undefined;
  }

  /** What the guest's link can carry. */
  get rendition(): Rendition {
    return this.#adaptation?.rendition ?? "full";
  }

  /** Whether the guest takes every frame: it has not asked for fewer than there are. */
  get wantsAll(): boolean {
    return !this.#limit?.binds;
  }

  /** The counts up to now. */
  get counts(): SessionCounts {
    const rtt = this.#window.minRoundTripMicros;
    return {
      sent: this.#sent,
      skipped: this.#skipped,
      inFlight: this.#window.inFlight,
      rendition: this.rendition,
      rttMs: rtt === undefined ? null : rtt / 1000,
    };
  }

  /** For how long nothing was heard of the guest, in microseconds. */
  get silentMicros(): number {
    return this.#options.now() - this.#heardAtMicros;
  }

  /** Whether the frame captured then is of use to the guest. */
  wants(capturedAtMicros: number): boolean {
    const isDue = this.#limit?.isDue(capturedAtMicros) ?? true;
    return this.active && (isDue || this.#frames.peek() !== undefined);
  }

  /** Offers the newest frame: it is sent when its turn comes, unless a newer one is there by then. */
  offer(frame: EncodedFrame): void {
    if (!this.wants(frame.capturedAtMicros)) return;
    if (this.#limit?.take(frame.capturedAtMicros) ?? true) {
      const skipsAnother = this.#frames.peek() !== undefined;
      if (skipsAnother) this.#skipped++;
      this.#adaptation?.offered({ skipsAnother });
    }
    this.#frames.put(frame.hold());
    if (this.#window.open) this.#wake.put(true);
  }

  /** Tells the guest how the camera is; only the newest word waits to be sent. */
  state(state: SourceState): void {
    this.#post({ type: "status", ...state });
  }

  /** Looks at the clock, about once a second: asks for a sign of life, or ends the session. */
  tick(): void {
    const now = this.#options.now();
    this.#guard.tick();
    if (now - this.#endedAtMicros > FAREWELL_MICROS) {
      this.#close();
    } else if (!this.#welcomed && now - this.#startedAtMicros > HELLO_TIMEOUT_MICROS) {
      this.end("no HELLO within 5 s");
    } else if (this.silentMicros > SILENCE_LIMIT_MICROS) {
      this.end("nothing heard for 10 s");
    } else if (this.#window.inFlight > 0 && now - this.#progressAtMicros > SILENCE_LIMIT_MICROS) {
      this.end("no frame acknowledged for 10 s");
    }
    this.#wake.put(true);
  }

  /** Does not hold a time against the guest in which this program stood still, in microseconds. */
  stoodStill(micros: number): void {
    this.#startedAtMicros += micros;
    this.#heardAtMicros += micros;
    this.#progressAtMicros += micros;
  }

  /** Ends the session: says BYE with the reason, and leaves the guest a moment to take it. */
  end(reason: string, about: Pick<ByeMessage, "retry"> = {}): void {
    if (this.#endReason !== undefined) return;
    this.#finish(reason);
    this.#post({ type: "bye", reason, ...about });
  }

  /** Ends the session at once, without a word to the guest. */
  cut(reason: string): void {
    this.#finish(reason);
    this.#close();
  }

  /**
   * Runs the session to its end.
   *
   * @returns why it ended, in words for people
   */
  async run(): Promise<string> {
    // Whichever direction fails first ends the other.
    const sending = this.#send().catch((error) => this.#fail(error));
    await this.#receive().catch((error) => this.#fail(error));
    await sending;
    this.#close();
    if (this.#bug) throw this.#bug.error;
    return this.#endReason ?? "left";
  }

  /** A connection that is gone is an end like others; anything else is a bug, and told as one. */
  #fail(error: unknown): void {
    if (isDisconnect(error)) return this.cut("connection lost");
    this.#bug ??= { error };
    this.cut("failed");
  }

  /** Closes the connection, once: whoever finds a reason first. */
  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#connection.close();
  }

  #finish(reason: string): void {
    if (this.#endReason !== undefined) return;
    this.#endReason = reason;
    this.#endedAtMicros = this.#options.now();
    this.#frames.close();
    this.#outbox.clear();
    this.#wake.put(true);
  }

  /** Reads until the guest has finished; what comes after the end is read and thrown away. */
  async #receive(): Promise<void> {
    const buffer = new Uint8Array(4096);
    for (;;) {
      const length = await this.#connection.read(buffer);
      if (length === null) {
        return this.#finish(
          this.#decoder.isBetweenMessages ? "left" : "left in the middle of a message",
        );
      }
      try {
        this.#guard.countBytes(length);
        if (this.#endReason !== undefined) continue;
        this.#heardAtMicros = this.#options.now();
        for (const message of this.#decoder.push(buffer, length)) this.#handle(message);
      } catch (error) {
        if (!(error instanceof CaptureVideoError)) throw error;
        if (this.#endReason !== undefined) return this.#close();
        this.end(error.message);
      }
    }
  }

  #handle(message: GuestMessage): void {
    // What stands behind a BYE in the same piece is thrown away as well.
    if (this.#endReason !== undefined) return;
    this.#guard.countMessage();
    if (!this.#welcomed && message.type !== "hello" && message.type !== "bye") {
      throw wrongMessage(message, "the first message is HELLO");
    }
    switch (message.type) {
      case "hello":
        return this.#hello(message);
      case "ack":
        return this.#acknowledged(message.sequence);
      case "ping":
        this.#exchanges.asked(message, this.#heardAtMicros);
        return this.#wake.put(true);
      case "pong": {
        const roundTrip = this.#exchanges.answered(message, this.#heardAtMicros);
        if (roundTrip !== undefined) this.#window.measured(roundTrip, this.#heardAtMicros);
        return;
      }
      case "bye":
        return this.#finish(message.reason);
    }
  }

  #acknowledged(sequence: number): void {
    const frame = this.#window.acknowledged(sequence, this.#heardAtMicros);
    this.#adaptation?.delivered(frame, {
      arrivedAtMicros: this.#heardAtMicros,
      roundTripMicros: this.#window.minRoundTripMicros ?? 0,
    });
    this.#progressAtMicros = this.#heardAtMicros;
    if (this.#frames.peek() || this.#mayExchange(this.#heardAtMicros)) this.#wake.put(true);
  }

  #hello(hello: HelloMessage): void {
    if (this.#welcomed) throw wrongMessage(hello, "it was said before");
    if (!hello.versions.includes(PROTOCOL_VERSION)) {
      const theirs = hello.versions.join(", ");
      const reason = `Cannot talk to a guest of protocol ${theirs}: this host speaks ` +
        `${PROTOCOL_VERSION}`;
      return this.end(reason, { retry: false });
    }
    const answer = this.#options.onHello(this);
    if (typeof answer === "string") return this.end(answer);
    this.#welcomed = true;
    this.#post(answer);
    if (hello.maxFps !== undefined) this.#limit = new RateLimit(hello.maxFps);
    this.#options.onWelcomed(this);
  }

  #post(message: Message): void {
    this.#outbox.set(message.type, message);
    this.#wake.put(true);
  }

  async #send(): Promise<void> {
    for (;;) {
      const now = this.#options.now();
      const message = this.#nextMessage(now);
      const frame = message ? undefined : this.#nextFrame(now);
      const bytes = message ?? frame?.message;
      if (bytes) {
        try {
          // As writeAll() does, but without one promise more for each frame of each guest.
          for (let written = 0; written < bytes.length;) {
            const rest = written === 0 ? bytes : bytes.subarray(written);
            written += await this.#connection.write(rest);
            this.#progressAtMicros = this.#options.now();
          }
        } finally {
          frame?.release();
        }
      } else if (this.#endReason !== undefined) return await this.#connection.closeWrite();
      else await this.#wake.next();
    }
  }

  /** What goes before any frame, most urgent first; `undefined` when there is nothing. */
  #nextMessage(now: number): Uint8Array | undefined {
    const message = this.#outbox.size > 0 ? this.#outbox.values().next().value : undefined;
    if (!message) return this.active ? this.#nextExchange(now) : undefined;
    this.#outbox.delete(message.type);
    return encodeMessage(message);
  }

  /** Whether a PONG or PING is due and may go: no frame is under way. */
  #mayExchange(now: number): boolean {
    return this.#window.inFlight === 0 && this.#exchanges.isDue(now);
  }

  /** The next PONG or PING; `undefined` when there is none, or it must wait. */
  #nextExchange(now: number): Uint8Array | undefined {
    const message = this.#mayExchange(now) ? this.#exchanges.next(now) : undefined;
    return message && encodeMessage(message);
  }

  /** The frame to write now; `undefined` when there is none, or it must wait. */
  #nextFrame(now: number): EncodedFrame | undefined {
    const frame = this.#frames.peek();
    if (!this.active || !frame) return undefined;
    const { sequence, rendition, message } = frame;
    // It waits for its turn, unless a newer one takes its place.
    const mustWait = this.#exchanges.isOverdue(now) || !this.#window.admits(message.length);
    if (mustWait) return undefined;
    if (this.#window.inFlight === 0) this.#progressAtMicros = now;
    this.#window.sent({ sequence, rendition, bytes: message.length, sentAtMicros: now });
    this.#sent++;
    return this.#frames.take();
  }
}

function wrongMessage(message: GuestMessage, why: string): CaptureVideoError {
  return new CaptureVideoError(
    "protocol",
    `Cannot accept ${message.type.toUpperCase()} from a guest: ${why}`,
  );
}
