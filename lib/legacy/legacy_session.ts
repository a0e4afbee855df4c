/**
 * One of the tutorial's Python programs as a guest: it says nothing, and takes bare JPEGs.
 *
 * @module
 */

import { type ByteConnection, isDisconnect, writeAll } from "../flow/byte_connection.ts";
import { CaptureVideoError } from "../flow/errors.ts";
import { LatestSlot } from "../flow/latest_slot.ts";
import type { EncodedFrame } from "../channel/encoded_frame.ts";
import { FloodGuard } from "../peer/flood_guard.ts";
import { RateLimit } from "../channel/rate_limit.ts";
import { type Session, type SessionCounts, SILENCE_LIMIT_MICROS } from "../channel/session.ts";

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
 * - Close: {@linkcode run} resolves once the connection is closed.
 */
export class LegacySession implements Session {
  /** What is sent. */
  readonly takes = "jpeg";
  /** Such a guest is sent the full pictures. */
  readonly rendition = "full";
  /** Compressing in the call that captures is worth more than the third that is not sent. */
  readonly wantsAll = true;

  readonly #connection: ByteConnection;
  readonly #now: () => number;
  readonly #frames = new LatestSlot<EncodedFrame>({ discard: (frame) => frame.release() });
  readonly #limit = new RateLimit(MAX_LEGACY_FPS);
  readonly #guard = new FloodGuard();
  #endReason: string | undefined;
  #endedAtMicros = Infinity;
  #progressAtMicros: number;
  #writing = false;
  #closed = false;
  #sent = 0;

  /**
   * @param connection the guest's connection, owned by the session from here on
   * @param now the monotonic clock, in microseconds
   */
  constructor(connection: ByteConnection, now: () => number) {
    this.#connection = connection;
    this.#now = now;
    this.#progressAtMicros = now();
  }

  /** The counts up to now; nobody knows a round trip. */
  get counts(): SessionCounts {
    const { rendition } = this;
    const inFlight = this.#writing ? 1 : 0;
    return { sent: this.#sent, skipped: this.#frames.replaced, inFlight, rendition, rttMs: null };
  }

  /** For how long nobody has heard of the guest: as long as it has taken nothing. */
  get silentMicros(): number {
    return this.#writing ? this.#now() - this.#progressAtMicros : 0;
  }

  /** Whether it is the turn of the frame captured then. */
  wants(capturedAtMicros: number): boolean {
    return this.#limit.isDue(capturedAtMicros);
  }

  /** Offers the newest frame. */
  offer(frame: EncodedFrame): void {
    if (this.#limit.take(frame.capturedAtMicros)) this.#frames.put(frame.hold());
  }

  /** The guest would not understand. */
  state(): void {}

  /** Looks at the clock, about once a second. */
  tick(): void {
    this.#guard.tick();
    if (this.silentMicros > SILENCE_LIMIT_MICROS) this.cut("took nothing for 10 s");
    else if (this.#now() - this.#endedAtMicros > FAREWELL_MICROS) this.cut("left");
  }

  /** Does not hold a time against the guest in which this program stood still. */
  stoodStill(micros: number): void {
    this.#progressAtMicros += micros;
  }

  /** Ends the session behind the picture that is under way. */
  end(reason: string): void {
    if (this.#endReason !== undefined) return;
    this.#endReason = reason;
    this.#endedAtMicros = this.#now();
    this.#frames.close();
  }

  /** Ends the session at once. */
  cut(reason: string): void {
    this.end(reason);
    if (this.#closed) return;
    this.#closed = true;
    this.#connection.close();
  }

  /**
   * Runs the session to its end.
   *
   * @returns why it ended, in words for people
   */
  async run(): Promise<string> {
    await Promise.all([this.#listen(), this.#send()]);
    this.cut("left");
    return this.#endReason ?? "left";
  }

  /** Waits for the guest's end; what it says by now comes too late. */
  async #listen(): Promise<void> {
    const buffer = new Uint8Array(4096);
    for (;;) {
      const length = await this.#connection.read(buffer).catch(nothingWhenGone);
      if (length === null) return this.end("left");
      if (buffer[0] === 0x43 && buffer[1] === 0x56) this.cut("it spoke the protocol too late");
      try {
        this.#guard.countBytes(length);
      } catch (error) {
        if (!(error instanceof CaptureVideoError)) throw error;
        this.cut(error.message);
      }
    }
  }

  async #send(): Promise<void> {
    const onProgress = () => this.#progressAtMicros = this.#now();
    try {
      for (let frame = await this.#frames.next(); frame; frame = await this.#frames.next()) {
        onProgress();
        this.#writing = true;
        await writeAll(this.#connection, frame.jpeg, onProgress).finally(() => frame.release());
        this.#writing = false;
        this.#sent++;
      }
    } catch (error) {
      if (!isDisconnect(error)) throw error;
      this.end("connection lost");
    }
    // The other direction hears of the end as well.
    this.cut("left");
  }
}

function nothingWhenGone(error: unknown): null {
  if (!isDisconnect(error)) throw error;
  return null;
}
