/**
 * Which frame one guest is sent, and when.
 *
 * @module
 */

import type { SourceState } from "../camera/source.ts";
import type { Channel } from "../channel/channel.ts";
import type { EncodedFrame } from "../channel/encoded_frame.ts";
import { RateLimit } from "../channel/rate_limit.ts";
import { type Rendition, viewOf } from "../channel/rendition.ts";
import type { SessionCounts } from "../channel/session.ts";
import type { JpegSink } from "../channel/sink.ts";
import { LatestSlot } from "../flow/latest_slot.ts";
import { type Exchange, Heartbeat } from "../peer/heartbeat.ts";
import type { Encoded, Outbox } from "../peer/outbox.ts";
import { encodeMessage, type ViewSize } from "../protocol/messages.ts";
import { AckWindow } from "./ack_window.ts";
import { Adaptation } from "./adaptation.ts";

/** How long after the first PING the second is sent, in microseconds; then twice that. */
export const FIRST_PING_MICROS = 100_000;
/** How often one is sent in the long run, where the link is idle now and then, in microseconds. */
export const PING_EVERY_MICROS = 2_000_000;
/** Where it is never idle, it is given a moment to drain after so many of these times. */
export const DRAIN_AFTER_PINGS = 5;

/** Options of a {@linkcode FramePacer}. */
export interface FramePacerOptions {
  /** Whether a guest whose link cannot carry the full pictures gets smaller ones; default: no. */
  adapt?: boolean | undefined;
  /** The monotonic clock, in microseconds. */
  now: () => number;
}

/** What has to be known of the camera whose frames are sent. */
export type PacedCamera = Pick<Channel, "fps" | "info">;

/**
 * The frames of one guest, from when it is welcomed until it leaves.
 *
 * - Loss: a frame that a newer one overtakes is never sent; `skipped` counts them.
 * - Rate: of a guest that asked for fewer frames, only those count whose turn it is; one that waits
 *   is replaced by any newer one, so that it is never an old one that is sent.
 * - Pace: frames wait for acknowledgements, see {@linkcode AckWindow}.
 * - Measuring: a PING or PONG is due only while no frame is under way. Behind frames it would measure
 *   the queue on the link, and the window, which follows the round trip, would grow with it.
 */
export class FramePacer implements JpegSink {
  readonly takes = "jpeg";
  readonly heartbeat: Heartbeat;
  /** Nothing is under way before {@linkcode begin}, which knows the camera. */
  #window = new AckWindow({ fps: 1 });
  #camera: PacedCamera | undefined;
  readonly #adaptation: Adaptation | undefined;
  #view: ViewSize | undefined;
  #pingEveryMicros = FIRST_PING_MICROS / 2;
  /** When the guest's connection took something, or an ACK came, in microseconds. */
  progressAtMicros: number;
  /** The newest frame that was not sent yet. */
  readonly #frames = new LatestSlot<EncodedFrame>({ discard: (frame) => frame.release() });
  #limit: RateLimit | undefined;
  /** Where frames go out, while they do. */
  #outbox: Outbox | undefined;
  #sent = 0;
  #skipped = 0;

  constructor({ adapt, now }: FramePacerOptions) {
    this.#adaptation = adapt ? new Adaptation() : undefined;
    this.progressAtMicros = now();
    this.heartbeat = new Heartbeat(this.progressAtMicros, () => this.#pingEveryMicros);
  }

  /** What the guest has use for, and its link can carry. */
  get rendition(): Rendition {
    return this.#adaptation?.rendition ?? "full";
  }

  /** Whether a guest that shows the pictures small gets smaller ones. */
  get adapts(): boolean {
    return this.#adaptation !== undefined;
  }

  /** Whether the guest takes every frame: it has not asked for fewer than there are. */
  get wantsAll(): boolean {
    return !this.#limit?.binds;
  }

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

  /** Takes a camera's frames from now on, and sends no more of them a second than these. */
  begin(outbox: Outbox, camera: PacedCamera, maxFps: number | undefined): void {
    this.#outbox = outbox;
    this.#camera = camera;
    this.#window = new AckWindow(camera);
    this.#look();
    if (maxFps !== undefined) this.#limit = new RateLimit(maxFps);
  }

  /** Notes how large the guest shows the pictures; `undefined` for as large as they are. */
  shown(view: ViewSize | undefined): void {
    this.#view = view;
    this.#look();
  }

  wants(capturedAtMicros: number): boolean {
    if (!this.#outbox) return false;
    return !this.#limit || this.#limit.isDue(capturedAtMicros) || this.#frames.peek() !== undefined;
  }

  /** Takes the newest frame: it is sent when its turn comes, unless a newer one is there by then. */
  offer(frame: EncodedFrame): void {
    if (!this.#outbox) return;
    this.#look();
    const skipsAnother = this.#frames.peek() !== undefined;
    if (this.#limit?.take(frame.capturedAtMicros) ?? true) {
      if (skipsAnother) this.#skipped++;
      this.#adaptation?.offered({ skipsAnother });
    } else if (!skipsAnother) return;
    this.#frames.put(frame.hold());
    if (this.#window.open) this.#outbox.wake();
  }

  /** Says how the camera is; only the newest word waits to be sent. */
  state(state: SourceState): void {
    this.#outbox?.post({ type: "status", ...state });
  }

  /**
   * Notes the guest's ACK, and says whether something may be sent by now.
   *
   * @throws {CaptureVideoError} `protocol`, when that frame is not the next one under way
   */
  acknowledged(sequence: number, nowMicros: number): boolean {
    const frame = this.#window.acknowledged(sequence, nowMicros);
    this.#adaptation?.delivered(frame, {
      arrivedAtMicros: nowMicros,
      roundTripMicros: this.#window.minRoundTripMicros ?? 0,
    });
    this.progressAtMicros = nowMicros;
    return this.#frames.peek() !== undefined || this.#mayExchange(nowMicros);
  }

  /** Notes how long PING and PONG took. */
  measured({ roundTripMicros, t4 }: Exchange): void {
    this.#window.measured(roundTripMicros, t4);
  }

  /** For how long frames have been under way and nothing came of it, in microseconds. */
  stalledMicros(nowMicros: number): number {
    return this.#window.inFlight > 0 ? nowMicros - this.progressAtMicros : 0;
  }

  /** Does not count a time in which this program stood still, in microseconds. */
  stoodStill(micros: number): void {
    this.progressAtMicros += micros;
    this.heartbeat.stoodStill(micros);
  }

  /** The PONG, PING or frame to write now; `undefined` when there is none, or it must wait. */
  next(nowMicros: number): Encoded | undefined {
    if (!this.#outbox) return undefined;
    const exchange = this.#mayExchange(nowMicros) && this.heartbeat.next(nowMicros);
    if (exchange) {
      if (exchange.type === "ping") {
        this.#pingEveryMicros = Math.min(PING_EVERY_MICROS, 2 * this.#pingEveryMicros);
      }
      return { message: encodeMessage(exchange), release: () => {} };
    }
    const frame = this.#frames.peek();
    if (!frame) return undefined;
    const { sequence, rendition, message } = frame;
    // It waits for its turn, unless a newer one takes its place.
    const mustWait = this.heartbeat.isOverdue(nowMicros, DRAIN_AFTER_PINGS) ||
      !this.#window.admits(message.length);
    if (mustWait) return undefined;
    if (this.#window.inFlight === 0) this.progressAtMicros = nowMicros;
    this.#window.sent({ sequence, rendition, bytes: message.length, sentAtMicros: nowMicros });
    this.#sent++;
    return this.#frames.take();
  }

  /** Gives back what waits, and takes no more. */
  close(): void {
    this.#outbox = undefined;
    this.#frames.close();
  }

  /** Sees how much of a picture is of use: the source may have come to know its size. */
  #look(): void {
    if (this.#camera) this.#adaptation?.shows(viewOf(this.#camera.info, this.#view));
  }

  #mayExchange(nowMicros: number): boolean {
    return this.#window.inFlight === 0 && this.heartbeat.isDue(nowMicros);
  }
}
