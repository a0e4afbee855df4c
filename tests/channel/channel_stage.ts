/**
 * A channel whose camera and sinks the test plays.
 *
 * @module
 */

import "../support/bridge.ts";
import { CameraFeed } from "../../lib/channel/camera_feed.ts";
import { Channel } from "../../lib/channel/channel.ts";
import { Demand } from "../../lib/channel/demand.ts";
import type { EncodedFrame } from "../../lib/channel/encoded_frame.ts";
import { PictureEncoder } from "../../lib/channel/picture_encoder.ts";
import type { Rendition } from "../../lib/channel/rendition.ts";
import type { JpegSink, Sink } from "../../lib/channel/sink.ts";
import type { Mat } from "../../lib/opencv/mod.ts";
import { ScriptedSource } from "../support/scripted_source.ts";
import { until } from "../support/until.ts";

/** Keeps what it is given. */
export class Keeper implements JpegSink {
  readonly takes = "jpeg";
  readonly frames: EncodedFrame[] = [];
  readonly states: string[] = [];
  readonly wantsAll: boolean;

  /** @param everyMicros the pictures whose time is a multiple of that are wanted */
  constructor(public rendition: Rendition = "full", readonly everyMicros = 1) {
    this.wantsAll = everyMicros === 1;
  }

  wants(capturedAtMicros: number): boolean {
    return capturedAtMicros % this.everyMicros === 0;
  }

  offer(frame: EncodedFrame): void {
    this.frames.push(frame.hold());
  }

  state({ camera }: { camera: string }): void {
    this.states.push(camera);
  }
}

/** A channel from a source in the test's hands. */
export class ChannelStage<S extends ScriptedSource> implements AsyncDisposable {
  /** What the window was shown. */
  readonly shown: Mat[] = [];
  readonly damage: string[] = [];
  readonly bugs: unknown[] = [];
  /** What showing a picture comes to, where it fails. */
  fault: Error | undefined;
  readonly camera: CameraFeed;
  readonly encoder = new PictureEncoder(80);
  readonly demand = new Demand(this.encoder);
  readonly channel: Channel;
  readonly source: S;
  readonly #subscriptions = new DisposableStack();
  readonly #running: Promise<void>;
  #captured = 0;
  #published = 0;

  constructor(source: S) {
    this.source = source;
    const report = {
      state: () => {},
      damaged: ({ message }: Error) => void this.damage.push(message),
      bug: (error: unknown) => void this.bugs.push(error),
    };
    this.camera = new CameraFeed({
      source: { requested: source.info, open: () => Promise.resolve(source) },
      demand: this.demand,
      lingerMs: 1,
      deviceTimeoutMs: 60_000,
      report,
    });
    const { camera, demand, encoder } = this;
    this.channel = new Channel({
      ...{ name: "desk", camera, demand, encoder, now: () => 0, report },
    });
    this.#running = this.#publish();
  }

  async #publish(): Promise<void> {
    const { frames } = this.camera;
    for (let frame = await frames.next(); frame; frame = await frames.next()) {
      await this.channel.publish(frame);
      frame.release();
      this.#published++;
    }
  }

  /** Gives the sinks the pictures to come. */
  subscribe(...sinks: Sink[]): Disposable[] {
    return sinks.map((sink) => this.#subscriptions.use(this.channel.subscribe(sink)));
  }

  /** Subscribes a window. */
  show(): Disposable[] {
    return this.subscribe({
      takes: "pixels",
      offer: (picture) => {
        this.shown.push(picture);
        if (this.fault) throw this.fault;
      },
      state: () => {},
    });
  }

  /** Captures a picture, and waits until it was published. */
  async capture(): Promise<void> {
    const before = this.#published;
    await until("the camera asked", () => this.source.asked);
    this.source.give(++this.#captured * 1000);
    await until("the picture published", () => this.#published > before);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#subscriptions[Symbol.dispose]();
    const closing = this.camera[Symbol.asyncDispose]();
    if (this.source.asked) this.source.give(0);
    await closing;
    await this.#running;
    await this.encoder[Symbol.asyncDispose]();
  }
}
