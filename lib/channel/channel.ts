/**
 * One camera's live picture, for any number of sinks.
 *
 * @module
 */

import type { SourceInfo, SourceState } from "../camera/source.ts";
import { CaptureVideoError } from "../flow/errors.ts";
import { Samples } from "../flow/samples.ts";
import type { CameraFeed, CameraReport } from "./camera_feed.ts";
import type { Demand } from "./demand.ts";
import { RelayChain } from "./relay_chain.ts";
import type { RawFrame } from "./frame_reader.ts";
import type { PictureEncoder } from "./picture_encoder.ts";
import type { Sink } from "./sink.ts";

/** Options of a {@linkcode Channel}. */
export interface ChannelOptions {
  /** What it is called among its host's cameras. */
  name: string;
  /** What its sinks want: the same that camera and encoder read. */
  demand: Demand;
  camera: Pick<CameraFeed, "captured" | "info" | "open" | "requestedFps" | "state" | "want">;
  encoder: PictureEncoder;
  /** Who else shows its pictures; default: nobody is known yet. */
  relays?: RelayChain;
  /** The monotonic clock, in microseconds. */
  now: () => number;
  /** Where pictures are reported that could not be published, and bugs that have cost a picture. */
  report: Pick<CameraReport, "damaged" | "bug">;
}

/** How a channel's camera is. */
export type ChannelState = SourceState | { readonly camera: "idle"; readonly why?: undefined };

/**
 * Publishes the newest picture.
 *
 * - Order: sinks see pictures in the order of capture.
 * - Faults: whatever fails with a picture, or in a sink, costs that picture alone.
 * - Demand: the camera is wanted as long as there is a sink; a picture that none of them wants is
 *   not compressed, unless that was done in the call that captured it.
 */
export class Channel {
  readonly encodeMs = new Samples();
  /** Who else shows its pictures. */
  readonly relays: RelayChain;

  readonly #options: ChannelOptions;
  #sequence = 0;
  #frameBytes = 0;

  constructor(options: ChannelOptions) {
    this.#options = options;
    this.relays = options.relays ?? new RelayChain();
  }

  get name(): string {
    return this.#options.name;
  }

  /** The frames a second that the source is asked to give now. */
  get fps(): number {
    return this.#options.camera.requestedFps;
  }

  /** The JPEG quality that is asked for, 0 to 100; `null` where nothing is compressed. */
  get quality(): number | null {
    return this.#options.encoder.quality;
  }

  get info(): SourceInfo {
    return this.#options.camera.info;
  }

  get captured(): number {
    return this.#options.camera.captured;
  }

  /** How the camera is; `idle` while it is closed, as nobody watches. */
  get state(): ChannelState {
    const { camera } = this.#options;
    return camera.open ? camera.state : { camera: "idle" };
  }

  /** The size of the newest full picture's JPEG, in bytes; 0 before the first. */
  get frameBytes(): number {
    return this.#frameBytes;
  }

  /** Gives the sink each picture and state from now on, until the subscription is disposed of. */
  subscribe(sink: Sink): Disposable {
    const { demand, camera } = this.#options;
    const subscription = new DisposableStack();
    subscription.use(demand.add(sink));
    subscription.use(camera.want(sink));
    return subscription;
  }

  /** Compresses a picture as its sinks want it, and offers it to them. It is not released here. */
  async publish(raw: RawFrame): Promise<void> {
    const { demand, encoder, now } = this.#options;
    const { jpegSinks, pixelSinks } = demand;
    try {
      const takers = demand.takers(raw.capturedAtMicros);
      const sequence = this.#sequence = (this.#sequence + 1) >>> 0;
      if (takers.size > 0) {
        const startMicros = now();
        const isShown = pixelSinks.size > 0;
        const renditions = [...takers.keys()];
        const frames = await encoder.encode(raw, { sequence, renditions, isShown });
        this.encodeMs.add(raw.compressed?.tookMs ?? (now() - startMicros) / 1000);
        for (const frame of frames) {
          if (frame.rendition === "full") this.#frameBytes = frame.jpeg.length;
          for (const sink of takers.get(frame.rendition)!) {
            // It may have left meanwhile.
            if (jpegSinks.has(sink)) this.#offer(frame, sink);
          }
          frame.release();
        }
      }
      for (const sink of pixelSinks) this.#offer(await encoder.pixels.of(raw), sink);
    } catch (error) {
      this.#fail(error);
    }
  }

  #offer<P>(picture: P, sink: { offer(picture: P): void }): void {
    try {
      sink.offer(picture);
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    const { report } = this.#options;
    if (error instanceof CaptureVideoError) report.damaged(error);
    else report.bug(error);
  }
}
