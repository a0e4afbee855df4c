/**
 * One camera for many takers: each picture is compressed once, and offered to all.
 *
 * @module
 */

import { CaptureVideoError } from "../flow/errors.ts";
import type { JpegEncodeOptions } from "../opencv/mod.ts";
import type { SourceState } from "../camera/source.ts";
import { Samples } from "../flow/samples.ts";
import { nextSequence } from "../protocol/sequence.ts";
import type { CameraFeed, RawFrame } from "./camera_feed.ts";
import { EncodedFrame } from "./encoded_frame.ts";
import type { PictureEncoder } from "./picture_encoder.ts";
import type { Rendition } from "./rendition.ts";
import type { JpegSink } from "./sink.ts";

/** Options of a {@linkcode Broadcast}. */
export interface BroadcastOptions {
  /** Where the pictures come from. */
  feed: CameraFeed;
  /** What compresses them. */
  encoder: PictureEncoder;
  /** The monotonic clock, in microseconds. */
  now: () => number;
  /** Called with each frame before it goes back to the camera: the host's own window. */
  onFrame?: (frame: RawFrame) => void;
  /** Called with each picture that could not be handed round; the next one is. */
  onDamaged?: (error: CaptureVideoError) => void;
  /** Called with an error that cannot happen: it has cost a picture, or a taker the picture. */
  onBug?: (error: unknown) => void;
}

/**
 * Hands the newest picture round.
 *
 * - Order: takers see pictures in the order of capture.
 * - Loss: a picture that is older than the newest when its turn comes is left out.
 * - Faults: whatever fails with a picture, or in a taker, costs that picture alone.
 * - Demand: the camera is wanted as long as there is a taker; a picture that none of them wants is
 *   not compressed, unless that was done in the call that captured it.
 */
export class Broadcast {
  /** Milliseconds that each picture's compression took. */
  readonly encodeMs = new Samples();

  readonly #options: BroadcastOptions;
  readonly #takers = new Map<JpegSink, Disposable>();
  #sequence = 0;
  #damaged = 0;
  #frameBytes = 0;

  /** @param options the parts */
  constructor(options: BroadcastOptions) {
    this.#options = options;
  }

  /** How many pictures could not be handed round. */
  get damaged(): number {
    return this.#damaged;
  }

  /** The size of the newest full picture's JPEG, in bytes; 0 before the first. */
  get frameBytes(): number {
    return this.#frameBytes;
  }

  /** Adds a taker, and tells it how the camera is. */
  add(taker: JpegSink): void {
    this.#takers.set(taker, this.#options.feed.want());
    taker.state(this.#options.feed.status);
  }

  /** Removes a taker. */
  remove(taker: JpegSink): void {
    this.#takers.get(taker)?.[Symbol.dispose]();
    this.#takers.delete(taker);
  }

  /** How the next picture is best compressed in the call that captures it, if that is all it needs. */
  get compression(): JpegEncodeOptions | undefined {
    let isWanted = false;
    for (const { rendition, wantsAll } of this.#takers.keys()) {
      if (rendition !== "full") return undefined;
      isWanted ||= wantsAll;
    }
    return isWanted ? this.#options.encoder.fullOptions : undefined;
  }

  /** Tells all takers how the camera is. */
  state(state: SourceState): void {
    for (const taker of this.#takers.keys()) {
      try {
        taker.state(state);
      } catch (error) {
        this.#fail(error);
      }
    }
  }

  /** Hands pictures round until the feed is closed. */
  async run(): Promise<void> {
    const { feed, onFrame } = this.#options;
    for (let raw = await feed.frames.next(); raw; raw = await feed.frames.next()) {
      try {
        await this.#handRound(raw);
        onFrame?.(raw);
      } catch (error) {
        this.#fail(error);
      } finally {
        raw.release();
      }
    }
  }

  #fail(error: unknown): void {
    if (!(error instanceof CaptureVideoError)) return this.#options.onBug?.(error);
    this.#damaged++;
    this.#options.onDamaged?.(error);
  }

  async #handRound(raw: RawFrame): Promise<void> {
    const { encoder, now } = this.#options;
    if (this.#takers.size === 0) return;
    this.#sequence = nextSequence(this.#sequence);
    const wanted = this.#wanted(raw.capturedAtMicros);
    if (wanted.size === 0) return;
    const startMicros = now();
    const encoded = await encoder.encode(raw, wanted);
    this.encodeMs.add(raw.compressed?.tookMs ?? (now() - startMicros) / 1000);

    const about = { sequence: this.#sequence, capturedAtMicros: raw.capturedAtMicros };
    const frames = new Map<Rendition, EncodedFrame>();
    try {
      for (const [rendition, message] of encoded) {
        const facts = { ...about, rendition };
        const frame = new EncodedFrame(message, facts, () => encoder.giveBack(message));
        if (rendition === "full") this.#frameBytes = frame.jpeg.length;
        frames.set(rendition, frame);
      }
      this.#offer(frames);
    } finally {
      for (const frame of frames.values()) frame.release();
    }
  }

  #offer(frames: ReadonlyMap<Rendition, EncodedFrame>): void {
    for (const taker of this.#takers.keys()) {
      const frame = frames.get(taker.rendition);
      try {
        if (frame) taker.offer(frame);
      } catch (error) {
        this.#fail(error);
      }
    }
  }

  /** The renditions in which somebody wants the picture captured then. */
  #wanted(capturedAtMicros: number): Set<Rendition> {
    const wanted = new Set<Rendition>();
    for (const taker of this.#takers.keys()) {
      if (taker.wants(capturedAtMicros)) wanted.add(taker.rendition);
    }
    return wanted;
  }
}
