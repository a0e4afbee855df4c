/**
 * One of the tutorial's Python programs as a guest: it says nothing, and takes bare JPEGs.
 *
 * @module
 */

import type { EncodedFrame } from "../channel/encoded_frame.ts";
import { RateLimit } from "../channel/rate_limit.ts";
import { type Session, type SessionCounts, SILENCE_LIMIT_MICROS } from "../channel/session.ts";
import type { JpegSink } from "../channel/sink.ts";
import type { ByteConnection } from "../flow/byte_connection.ts";
import { LatestSlot } from "../flow/latest_slot.ts";
import { Conversation } from "../peer/conversation.ts";
import { FloodGuard } from "../peer/flood_guard.ts";
import type { Encoded } from "../peer/outbox.ts";

/** How long the rest of a picture may take at the end, in microseconds. */
const FAREWELL_MICROS = 1_000_000;
/**
 * So many pictures a second are sent. The tutorial's guest shows one in 35 ms and the time it takes
 * to decode it; what it is sent beyond that, it queues.
 */
export const MAX_LEGACY_FPS = 20;

/**
 * Sends bare JPEGs, one after another.
 *
 * - Loss: a frame that a newer one overtakes is never sent; `skipped` counts them.
 * - No bound: without acknowledgements nobody knows what lies in the kernel's buffers.
 */
export class LegacySession implements Session, JpegSink {
  /** It takes the pictures itself. */
  readonly sink: JpegSink = this;
  readonly takes = "jpeg";
  readonly rendition = "full";
  /** Compressing in the call that captures is worth more than the third that is not sent. */
  readonly wantsAll = true;

  /** Its life: left, it ends behind the picture that is under way. */
  readonly conversation: Conversation<never>;
  readonly #now: () => number;
  readonly #frames = new LatestSlot<EncodedFrame>({ discard: (frame) => frame.release() });
  readonly #limit = new RateLimit(MAX_LEGACY_FPS);
  #progressAtMicros = 0;
  #sent = 0;

  /** @param connection the guest's connection, owned by the session from here on */
  constructor(connection: ByteConnection, now: () => number) {
    this.#now = now;
    this.conversation = new Conversation(connection, {
      now,
      readBytes: 4096,
      farewellMicros: FAREWELL_MICROS,
      decoder: () => ({ push: (said) => this.#hear(said) }),
      guard: new FloodGuard(),
      onPart: () => {},
      onEnd: () => this.#frames.close(),
      next: () => this.#next(),
      onProgress: () => this.#progressAtMicros = now(),
      isMute: true,
      waitsForClose: false,
    });
  }

  /** The counts up to now; nobody knows a round trip. */
  get counts(): SessionCounts {
    const { rendition } = this;
    const inFlight = this.conversation.outbox.idle ? 0 : 1;
    return { sent: this.#sent, skipped: this.#frames.replaced, inFlight, rendition, rttMs: null };
  }

  /** For how long nobody has heard of the guest: as long as it has taken nothing. */
  get silentMicros(): number {
    return this.conversation.outbox.idle ? 0 : this.#now() - this.#progressAtMicros;
  }

  wants(capturedAtMicros: number): boolean {
    return this.#limit.isDue(capturedAtMicros);
  }

  offer(frame: EncodedFrame): void {
    if (!this.#limit.take(frame.capturedAtMicros)) return;
    this.#frames.put(frame.hold());
    this.conversation.outbox.wake();
  }

  /** The guest would not understand. */
  state(): void {}

  tick(): void {
    this.conversation.tick(this.#now());
    if (this.silentMicros > SILENCE_LIMIT_MICROS) this.conversation.cut("took nothing for 10 s");
  }

  stoodStill(micros: number): void {
    this.#progressAtMicros += micros;
  }

  /** What the guest says by now comes too late. */
  #hear(said: Uint8Array): never[] {
    if (said[0] === 0x43 && said[1] === 0x56) {
      this.conversation.cut("it spoke the protocol too late");
    }
    return [];
  }

  #next(): Encoded | undefined {
    const frame = this.#frames.take();
    if (!frame) return undefined;
    this.#progressAtMicros = this.#now();
    this.#sent++;
    return { message: frame.jpeg, release: () => frame.release() };
  }
}
