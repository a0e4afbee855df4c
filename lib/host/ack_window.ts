/**
 * How many frames may be on their way to one guest: the rule that bounds the picture's age.
 *
 * A frame that was written lies in the kernel's buffers or on the link until the guest acknowledges
 * it. With at most `window` such frames, a link that carries one in T delivers pictures that are at
 * most 1.1 × (`window` - 1) × T + T + one frame interval old, whatever the kernel would have buffered.
 *
 * @example
 * ```ts
 * import { AckWindow } from "./ack_window.ts";
 *
 * const window = new AckWindow({ fps: 30 });
 * const frame = { rendition: "full", bytes: 75_000 } as const;
 * window.sent({ ...frame, sequence: 1, sentAtMicros: 0 });
 * window.sent({ ...frame, sequence: 2, sentAtMicros: 33_333 });
 * console.assert(!window.open);
 * window.acknowledged(1, 75_000);
 * console.assert(window.open);
 * ```
 * @module
 */

import type { Rendition } from "../channel/rendition.ts";
import { CaptureVideoError } from "../flow/errors.ts";
import { RecentMinimum } from "../flow/recent_minimum.ts";

/** Frames that may always be under way: one on the link, one behind it, so that it never idles. */
export const MIN_WINDOW_FRAMES = 2;

/** The most that a long round trip can ask for. */
export const MAX_WINDOW_FRAMES = 64;

/**
 * How much longer than a frame those in front of it may be. Frames of one scene differ by a few in
 * a hundred; one that waits behind frames of twice its size would be late for its own size.
 */
export const MAX_UNEVENNESS = 1.1;

/** For how long a round trip counts, in microseconds. */
export const ROUND_TRIP_MEMORY_MICROS = 30_000_000;

/** So many round trips must have been measured before they count: one alone may have been held up. */
export const TRUSTED_ROUND_TRIPS = 3;

/** So many frames show how long the link takes for one. */
const SPACINGS = 8;

/** A frame that was written and not yet acknowledged. */
export interface SentFrame {
  readonly sequence: number;
  readonly rendition: Rendition;
  /** Its length on the wire, in bytes. */
  readonly bytes: number;
  /** When its first byte was written, in microseconds. */
  readonly sentAtMicros: number;
}

/**
 * The frames under way to one guest.
 *
 * - Order: acknowledgements come in the order of sending; one of a frame never sent is an error.
 * - Bound: `open` is false while `window` frames are unacknowledged; {@linkcode admits} also looks
 *   at how large they are.
 */
export class AckWindow {
  readonly #camera: { readonly fps: number };
  readonly #inFlight: SentFrame[] = [];
  #bytesInFlight = 0;
  #size = MIN_WINDOW_FRAMES;
  #acknowledgedAtMicros = -Infinity;
  /** How far apart frames arrived that were under way together, in microseconds, newest last. */
  readonly #spacings: number[] = [];
  /** How long the link takes for a frame, in microseconds. */
  #linkMicros = Infinity;
  #measured = 0;
  #minRoundTripMicros: number | undefined;
  readonly #roundTrips = new RecentMinimum<void>(ROUND_TRIP_MEMORY_MICROS);

  /** @param camera says how many frames a second are requested of it now */
  constructor(camera: { readonly fps: number }) {
    this.#camera = camera;
  }

  /** How many frames are unacknowledged. */
  get inFlight(): number {
    return this.#inFlight.length;
  }

  /** The smallest round trip of the last 30 s in microseconds; `undefined` before the first. */
  get minRoundTripMicros(): number | undefined {
    return this.#minRoundTripMicros;
  }

  /**
   * How many frames may be unacknowledged: `1 + ceil(minimal round trip / time per frame)`, in
   * bounds. The time per frame is that of the source, or of the link where that takes longer. Until
   * frames were under way together and show the latter, it is the least: a round trip that was
   * measured too long can then not let frames queue on a slow link.
   */
  get size(): number {
    return this.#size;
  }

  /** Whether a further frame may be sent now. */
  get open(): boolean {
    return this.#inFlight.length < this.#size;
  }

  /**
   * Whether a frame of so many bytes may be sent now: what is in front of it must also be no longer
   * than `size - 1` frames like it.
   */
  admits(bytes: number): boolean {
    return this.open && this.#bytesInFlight <= (this.#size - 1) * bytes * MAX_UNEVENNESS;
  }

  /** Notes that a frame is being written. */
  sent(frame: SentFrame): void {
    this.#inFlight.push(frame);
    this.#bytesInFlight += frame.bytes;
  }

  /**
   * Notes the guest's acknowledgement, and gives the frame that has arrived.
   *
   * @throws {CaptureVideoError} `protocol`, when that frame is not the next one under way
   */
  acknowledged(sequence: number, atMicros: number): SentFrame {
    const frame = this.#inFlight[0];
    if (frame?.sequence !== sequence) {
      throw new CaptureVideoError(
        "protocol",
        `Cannot accept ACK ${sequence}: ${
          frame ? `frame ${frame.sequence} is the next to be acknowledged` : "no frame is under way"
        }`,
      );
    }
    this.#inFlight.shift();
    this.#bytesInFlight -= frame.bytes;
    if (frame.sentAtMicros < this.#acknowledgedAtMicros) {
      this.#spaced(atMicros - this.#acknowledgedAtMicros);
    }
    this.#acknowledgedAtMicros = atMicros;
    return frame;
  }

  /** Notes a round trip that was measured while no frame was under way, in microseconds. */
  measured(roundTripMicros: number, nowMicros: number): void {
    this.#measured++;
    this.#roundTrips.add({ value: roundTripMicros, item: undefined, atMicros: nowMicros });
    this.#minRoundTripMicros = this.#roundTrips.best?.value;
    this.#resize();
  }

  /** Learns from two frames that were under way together. A low value counts, but not the lowest. */
  #spaced(micros: number): void {
    this.#spacings.push(micros);
    if (this.#spacings.length > SPACINGS) this.#spacings.shift();
    const sorted = this.#spacings.toSorted((a, b) => a - b);
    this.#linkMicros = sorted[Math.floor(sorted.length / 4)]!;
    this.#resize();
  }

  /** Works the size out anew: it is asked for with every frame, and rarely changes. */
  #resize(): void {
    const frameMicros = Math.max(1e6 / this.#camera.fps, this.#linkMicros);
    const trusted = this.#measured >= TRUSTED_ROUND_TRIPS;
    const roundTripMicros = trusted ? this.#minRoundTripMicros ?? 0 : 0;
    const wanted = 1 + Math.ceil(roundTripMicros / frameMicros);
    this.#size = Math.min(MAX_WINDOW_FRAMES, Math.max(MIN_WINDOW_FRAMES, wanted));
  }
}
