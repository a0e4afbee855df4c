/**
 * One reader of `/stream`.
 *
 * @module
 */

import type { EncodedFrame } from "../channel/encoded_frame.ts";
import type { JpegSink } from "../channel/sink.ts";
import { LatestSlot } from "../flow/latest_slot.ts";
import type { Client } from "../host/admission.ts";
import { FIRST_BOUNDARY, type FrameParts, type PicturePart } from "./frame_parts.ts";

/** After so long without a newer picture the last one is sent again, in milliseconds. */
const AGAIN_AFTER_MS = 100;

/** A reader that takes nothing for so long is let go, in microseconds. */
const STALLED_MICROS = 60_000_000;

/** Options of a {@linkcode StreamReader}. */
export interface StreamReaderOptions {
  readonly address: string;
  readonly parts: FrameParts;
  /** The monotonic clock, in microseconds. */
  readonly now: () => number;
  /** Whether it shows a picture only when the next one has begun to come, as WebKit does. */
  readonly needsTwo: boolean;
  /** Whether it may still see the picture: the key may be another by now. */
  readonly mayStay: () => boolean;
  /** Called once, when it has gone or was let go. */
  readonly onEnd: (reason: string) => void;
}

/**
 * Takes each picture that its reader has time for.
 *
 * - Loss: a picture that a newer one overtakes is not sent; there is never more than one waiting.
 * - Pace: that of whoever reads. What the kernel has taken, nobody can take back.
 */
export class StreamReader implements JpegSink, Client {
  readonly takes = "jpeg";
  readonly rendition = "full";
  readonly wantsAll = true;
  readonly address: string;
  sent = 0;
  readonly #options: StreamReaderOptions;
  readonly #slot = new LatestSlot<PicturePart>();
  #tookAtMicros: number;
  /** What the reader waits for now; else it has yet to take what there is. */
  #isWaiting = false;
  #ended = false;
  /** What was sent once, where it may be sent again. */
  #last: PicturePart | undefined;
  #coming: Promise<PicturePart | undefined> | undefined;

  constructor(options: StreamReaderOptions) {
    this.#options = options;
    this.address = options.address;
    this.#tookAtMicros = options.now();
  }

  /** How many pictures newer ones have overtaken. */
  get skipped(): number {
    return this.#slot.replaced;
  }

  /** For how long it has taken nothing of what there is, in microseconds. */
  get silentMicros(): number {
    return this.#isWaiting ? 0 : this.#options.now() - this.#tookAtMicros;
  }

  wants(): boolean {
    return !this.#ended;
  }

  offer(frame: EncodedFrame): void {
    if (!this.#options.mayStay()) return this.cut("the host has a new key");
    if (this.silentMicros > STALLED_MICROS) return this.cut("it took no picture for a minute");
    this.#slot.put(this.#options.parts.of(frame));
  }

  /** A stream says nothing of its camera. */
  state(): void {}

  cut(reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#slot.close();
    this.#options.onEnd(reason);
  }

  /** The pictures, one after another, as they are asked for. */
  body(): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(FIRST_BOUNDARY),
      pull: async (controller) => {
        const part = await this.#next();
        if (part) controller.enqueue(part.bytes);
        else controller.close();
      },
      cancel: () => this.cut("left"),
    }, { highWaterMark: 0 });
  }

  async #next(): Promise<PicturePart | undefined> {
    this.#isWaiting = true;
    this.#coming ??= this.#slot.next();
    const again = this.#options.needsTwo ? this.#last : undefined;
    const part = await (again ? firstOf(this.#coming, again) : this.#coming);
    this.#isWaiting = false;
    this.#tookAtMicros = this.#options.now();
    if (part === again) this.#last = undefined;
    else {
      this.#coming = undefined;
      this.#last = part;
      if (part) this.sent++;
    }
    return part;
  }
}

/** What comes; the other where nothing comes for a while. */
async function firstOf<T>(coming: Promise<T>, other: T): Promise<T> {
  const late = Promise.withResolvers<T>();
  const timer = setTimeout(() => late.resolve(other), AGAIN_AFTER_MS);
  try {
    return await Promise.race([coming, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
