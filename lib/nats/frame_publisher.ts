/**
 * A camera's pictures on their way to a NATS server.
 *
 * @module
 */

import type { NatsConnection } from "@nats-io/transport-node";
import type { EncodedFrame } from "../channel/encoded_frame.ts";
import { type Rendition, RENDITIONS } from "../channel/rendition.ts";
import type { JpegSink } from "../channel/sink.ts";
import { LatestSlot } from "../flow/latest_slot.ts";
import { AckWindow } from "../host/ack_window.ts";
import { roundTrip } from "./round_trip.ts";
import type { CameraSubjects } from "./subjects.ts";

/** Options of a {@linkcode FramePublisher}. */
export interface FramePublisherOptions {
  readonly connection: NatsConnection;
  readonly subjects: CameraSubjects;
  /** The frames a second that the source is asked to give, as they are now. */
  readonly rate: { readonly fps: number };
  /** The monotonic clock, in microseconds. */
  readonly now: () => number;
  /** Called with a line for each picture that the server does not take. */
  readonly onRefused: (line: string) => void;
}

/**
 * Publishes the newest picture whenever the server has taken those before.
 *
 * - Bound: pictures that the server has not acknowledged are as few as those of a guest that has not
 *   acknowledged them ({@linkcode AckWindow}), so that an uplink that is slow makes none late. All
 *   renditions of a picture go together, and count as one.
 * - Loss: a picture that a newer one overtakes is not published, nor one that is too long for the
 *   server, nor any while there is no server.
 */
export class FramePublisher {
  readonly #options: FramePublisherOptions;
  readonly #slots = new Map(
    RENDITIONS.map((rendition) => [
      rendition,
      new LatestSlot<EncodedFrame>({ discard: (frame) => frame.release() }),
    ]),
  );
  readonly #sent = new Map<Rendition, number>();
  #window: AckWindow | undefined;
  #batch = 0;
  #isDue = false;
  #isDraining = false;
  #whenIdle: (() => void)[] = [];

  constructor(options: FramePublisherOptions) {
    this.#options = options;
  }

  /** Takes the pictures of a rendition. @param state takes note of how their camera is */
  sink(rendition: Rendition, state: JpegSink["state"]): JpegSink {
    return {
      takes: "jpeg",
      rendition,
      wantsAll: true,
      wants: () => this.#window !== undefined,
      offer: (frame) => this.#offer(frame),
      state,
    };
  }

  /** What was published of a rendition, and what is under way, as the host's statistics have it. */
  counts(rendition: Rendition) {
    const rtt = this.#window?.minRoundTripMicros;
    return {
      sent: this.#sent.get(rendition) ?? 0,
      skipped: this.#slots.get(rendition)!.replaced,
      inFlight: this.#window?.inFlight ?? 0,
      rendition,
      rttMs: rtt === undefined ? null : rtt / 1000,
    };
  }

  /** Begins, with a connection that was just made: what was under way before is forgotten. */
  begin(): void {
    this.#window = new AckWindow(this.#options.rate);
    this.#settle();
    void this.measure();
  }

  /** Publishes nothing until it begins again. */
  pause(): void {
    this.#window = undefined;
    for (const slot of this.#slots.values()) slot.take()?.release();
    this.#settle();
  }

  /** Measures the round trip to the server, where nothing that is under way would lengthen it. */
  async measure(): Promise<void> {
    const window = this.#window;
    if (!window || window.inFlight > 0) return;
    const { connection, now } = this.#options;
    const micros = await roundTrip(connection, now);
    if (micros !== undefined) window.measured(micros, now());
  }

  /**
   * Calls back when nothing is under way, so that what is sent then is not kept waiting. From
   * {@linkcode drain} on pictures are held back until that is so.
   */
  whenIdle(callback: () => void): void {
    this.#whenIdle.push(callback);
    if (!this.#window?.inFlight) this.#settle();
  }

  /** Sees to it that nothing is under way soon, where somebody waits for that. */
  drain(): void {
    this.#isDraining = this.#whenIdle.length > 0;
  }

  /** Gives back what waits, and takes no more. */
  close(): void {
    this.#window = undefined;
    for (const slot of this.#slots.values()) slot.close();
    this.#settle();
  }

  #offer(frame: EncodedFrame): void {
    if (!this.#window) return;
    const limit = this.#options.connection.info?.max_payload ?? Infinity;
    const { length } = frame.message;
    if (length > limit) {
      return this.#options.onRefused(
        `a picture has ${length} bytes, and the server takes ${limit} at a time: raise max_payload ` +
          "in its configuration, or lower --quality, --width and --height",
      );
    }
    this.#slots.get(frame.rendition)!.put(frame.hold());
    // The other renditions of the picture are offered in the same turn.
    if (!this.#isDue) queueMicrotask(() => this.#publish());
    this.#isDue = true;
  }

  #publish(): void {
    this.#isDue = false;
    const window = this.#window;
    const waiting = [...this.#slots.values()].flatMap((slot) => slot.peek() ?? []);
    const bytes = waiting.reduce((sum, { message }) => sum + message.length, 0);
    if (!window || this.#isDraining || waiting.length === 0 || !window.admits(bytes)) return;
    const { connection, subjects, now } = this.#options;
    if (connection.isClosed()) return;
    const sequence = ++this.#batch;
    window.sent({ sequence, rendition: "full", bytes, sentAtMicros: now() });
    for (const { rendition, message } of waiting) {
      connection.publish(subjects.frames(rendition), message);
      this.#sent.set(rendition, (this.#sent.get(rendition) ?? 0) + 1);
    }
    // What is flushed was copied, and the frames' memory is free.
    const flushed = connection.flush();
    for (const { rendition } of waiting) this.#slots.get(rendition)!.take()!.release();
    flushed.then(() => this.#acknowledged(window, sequence), () => {});
  }

  #acknowledged(window: AckWindow, sequence: number): void {
    if (window !== this.#window) return;
    window.acknowledged(sequence, this.#options.now());
    if (window.inFlight === 0) this.#settle();
    this.#publish();
  }

  #settle(): void {
    this.#isDraining = false;
    const callbacks = this.#whenIdle;
    this.#whenIdle = [];
    for (const callback of callbacks) callback();
  }
}
