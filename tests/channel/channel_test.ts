import assert from "node:assert/strict";
import "../support/bridge.ts";
import { CameraFeed } from "../../lib/channel/camera_feed.ts";
import { Channel } from "../../lib/channel/channel.ts";
import { Demand } from "../../lib/channel/demand.ts";
import type { EncodedFrame } from "../../lib/channel/encoded_frame.ts";
import { PictureEncoder } from "../../lib/channel/picture_encoder.ts";
import type { Rendition } from "../../lib/channel/rendition.ts";
import type { JpegSink, Sink } from "../../lib/channel/sink.ts";
import type { Mat } from "../../lib/opencv/mod.ts";
import { jpegSize } from "../../lib/jpeg/mod.ts";
import {
  decodeHeader,
  decodeMessage,
  HEADER_BYTES,
  MAX_FRAME_PAYLOAD_BYTES,
} from "../../lib/protocol/mod.ts";
import { numberedJpeg } from "../support/numbered_pictures.ts";
import { ScriptedJpegSource, ScriptedSource } from "../support/scripted_source.ts";
import { until } from "../support/until.ts";

/** Keeps what it is given. */
class Keeper implements JpegSink {
  readonly takes = "jpeg";
  readonly frames: EncodedFrame[] = [];
  readonly told: string[] = [];
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
    this.told.push(camera);
  }
}

/** A channel from a source in the test's hands. */
class Stage<S extends ScriptedSource> implements AsyncDisposable {
  /** What the window was shown. */
  readonly shown: Mat[] = [];
  readonly damage: string[] = [];
  readonly bugs: unknown[] = [];
  /** What showing a picture comes to, where it fails. */
  fault: Error | undefined;
  readonly camera: CameraFeed;
  readonly encoder = new PictureEncoder(80);
  readonly demand = new Demand(this.encoder.fullOptions);
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
    this.channel = new Channel({ camera, demand, encoder, now: () => 0, report });
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

Deno.test("Channel gives every sink the same frame, compressed once", async () => {
  await using stage = new Stage(new ScriptedSource());
  const sinks = [new Keeper(), new Keeper(), new Keeper()];
  stage.subscribe(...sinks);
  await stage.capture();
  await stage.capture();

  const [first] = sinks;
  assert.deepEqual(first!.frames.map(({ sequence }) => sequence), [1, 2]);
  assert.deepEqual(first!.frames.map(({ capturedAtMicros }) => capturedAtMicros), [1000, 2000]);
  for (const { frames } of sinks) {
    assert.equal(frames.length, 2);
    assert.equal(frames[0], first!.frames[0], "the same object, not a copy");
  }
  assert.equal(stage.channel.frameBytes, first!.frames[1]!.jpeg.length);
});

Deno.test("Channel compresses no picture that nobody wants, and counts it", async () => {
  await using stage = new Stage(new ScriptedSource());
  const seldom = new Keeper("full", 3000);
  stage.subscribe(seldom);
  const compressed: boolean[] = [];
  for (let picture = 1; picture <= 6; picture++) {
    await stage.capture();
    compressed.push(stage.channel.encodeMs.take() !== undefined);
  }
  assert.deepEqual(compressed, [false, false, true, false, false, true]);
  assert.deepEqual(seldom.frames.map(({ sequence }) => sequence), [3, 6]);
});

Deno.test("Channel makes frames that are whole FRAME messages", async () => {
  await using stage = new Stage(new ScriptedSource());
  const sink = new Keeper();
  stage.subscribe(sink);
  await stage.capture();
  const { message, jpeg, ...about } = sink.frames[0]!;
  assert.deepEqual(about, { sequence: 1, capturedAtMicros: 1000, rendition: "full" });
  const decoded = decodeMessage(decodeHeader(message), message, HEADER_BYTES);
  assert.deepEqual(decoded, { type: "frame", sequence: 1, capturedAtMicros: 1000, jpeg });
  assert.deepEqual(jpegSize(jpeg), { width: 32, height: 24 });
});

Deno.test("Channel gives each sink the rendition that it wants now, of the same picture", async () => {
  await using stage = new Stage(new ScriptedSource());
  const [full, light, small] = [new Keeper(), new Keeper("light"), new Keeper("small")];
  stage.subscribe(full, light, small);
  await stage.capture();
  light.rendition = "small";
  await stage.capture();

  const seen = (sink: Keeper) =>
    sink.frames.map(({ rendition, sequence, jpeg }) => ({
      rendition,
      sequence,
      ...jpegSize(jpeg),
    }));
  const whole = { width: 32, height: 24 };
  const half = { width: 16, height: 12 };
  assert.deepEqual(seen(full), [
    { rendition: "full", sequence: 1, ...whole },
    { rendition: "full", sequence: 2, ...whole },
  ]);
  assert.deepEqual(seen(light), [
    { rendition: "light", sequence: 1, ...whole },
    { rendition: "small", sequence: 2, ...half },
  ]);
  assert.deepEqual(seen(small), [
    { rendition: "small", sequence: 1, ...half },
    { rendition: "small", sequence: 2, ...half },
  ]);
});

Deno.test("Channel.subscribe() wants the camera for as long as there are sinks, and tells them of it", async () => {
  await using stage = new Stage(new ScriptedSource());
  assert.equal(stage.camera.open, false);
  const [one, other] = [new Keeper(), new Keeper()];
  const [first] = stage.subscribe(one);
  assert.equal(stage.camera.open, true);
  await stage.capture();
  const [second] = stage.subscribe(other);
  assert.deepEqual([one.told, other.told], [["starting", "live"], ["live"]]);
  first![Symbol.dispose]();
  await stage.capture();
  assert.deepEqual([one.frames.length, other.frames.length], [1, 1]);
  second![Symbol.dispose]();
  second![Symbol.dispose]();
  await until("the camera closed", () => !stage.camera.open);
});

Deno.test("Channel compresses nothing where nobody takes it, and still shows it", async () => {
  await using stage = new Stage(new ScriptedSource());
  stage.show();
  await stage.capture();
  assert.equal(stage.shown.length, 1);
  assert.equal(stage.channel.encodeMs.take(), undefined);
  assert.equal(stage.channel.frameBytes, 0);
});

Deno.test("Channel passes a camera's JPEGs on, and tells of those that cannot be decoded", async () => {
  const source = new ScriptedJpegSource();
  await using stage = new Stage(source);
  const sinks = [new Keeper(), new Keeper("small")];
  stage.subscribe(...sinks);
  const jpeg = await numberedJpeg(7);
  for (const given of [jpeg, jpeg.subarray(0, jpeg.length / 2), new Uint8Array(50), jpeg]) {
    source.jpeg = new Uint8Array(given);
    await stage.capture();
  }
  assert.deepEqual(sinks[0]!.frames.map((frame) => frame.jpeg), [jpeg, jpeg]);
  assert.equal(sinks[1]!.frames.length, 2);
  assert.equal(stage.damage.length, 2);
  assert.match(stage.damage[0]!, /^Cannot decode a JPEG: only \d+ % of it is there/);
});

Deno.test("Channel gives sinks of pixels what it passes on as JPEG, decoded, while there are any", async () => {
  const source = new ScriptedJpegSource();
  await using stage = new Stage(source);
  const sink = new Keeper();
  stage.subscribe(sink);
  const [shown] = stage.show();
  source.jpeg = await numberedJpeg(7);
  await stage.capture();
  assert.deepEqual(sink.frames.map((frame) => frame.jpeg), [source.jpeg]);
  const { width, height } = jpegSize(source.jpeg)!;
  const [picture] = stage.shown;
  assert.deepEqual([picture?.cols, picture?.rows, picture?.channels], [width, height, 3]);
  shown![Symbol.dispose]();
  await stage.capture();
  assert.deepEqual([sink.frames.length, stage.shown.length], [2, 1]);
});

Deno.test("Channel leaves out a picture that no FRAME can hold, and goes on", async () => {
  const source = new ScriptedJpegSource();
  await using stage = new Stage(source);
  const sink = new Keeper();
  stage.subscribe(sink);
  const jpeg = await numberedJpeg(7);
  for (const given of [jpeg, new Uint8Array(16 * 2 ** 20), jpeg]) {
    source.jpeg = new Uint8Array(given);
    await stage.capture();
  }
  assert.deepEqual(sink.frames.map((frame) => frame.jpeg), [jpeg, jpeg]);
  assert.deepEqual(stage.damage, [
    "Cannot send a picture of 16777216 bytes of JPEG: guests take up to 16777204 bytes; " +
    "choose a smaller size",
  ]);
});

Deno.test("Channel leaves out a picture that cannot be compressed, and goes on", async () => {
  const source = new ScriptedSource();
  await using stage = new Stage(source);
  const sink = new Keeper();
  stage.subscribe(sink);
  await stage.capture();
  source.info.width = 70_000; // JPEG has 65,535 at most
  source.info.height = 1;
  await stage.capture();
  Object.assign(source.info, { width: 32, height: 24 });
  await stage.capture();
  assert.deepEqual([sink.frames.length, stage.damage.length], [2, 1]);
});

Deno.test("Channel goes on with the next picture when one is too large, or showing it fails", async () => {
  await using stage = new Stage(new ScriptedJpegSource());
  const sink = new Keeper();
  stage.subscribe(sink);
  stage.show();
  stage.fault = new TypeError("x is undefined");
  stage.source.jpeg = await numberedJpeg(1);
  await stage.capture();
  assert.deepEqual(stage.bugs, [stage.fault]);
  stage.fault = undefined;
  // More comments than a FRAME can carry.
  const comment = new Uint8Array(2 + 0xffff);
  comment.set([0xff, 0xfe, 0xff, 0xff]);
  const comments = Array(1 + MAX_FRAME_PAYLOAD_BYTES / 0x10000).fill(comment);
  const { jpeg } = stage.source;
  const large = await new Blob([jpeg.subarray(0, 2), ...comments, jpeg.subarray(2)]).bytes();
  stage.source.jpeg = large;
  const failures = () => stage.bugs.length + stage.damage.length;
  await until("the camera asked", () => stage.source.asked);
  stage.source.give(2000);
  await until("the failure", () => failures() === 2);
  stage.source.jpeg = jpeg;
  await stage.capture();
  assert.equal(sink.frames.length, 2);
  for (const frame of sink.frames) frame.release();
});

Deno.test("Channel serves the others when a sink fails", async () => {
  await using stage = new Stage(new ScriptedSource());
  const fault = new TypeError("x is undefined");
  const broken: JpegSink = {
    takes: "jpeg",
    rendition: "full",
    wantsAll: true,
    wants: () => true,
    offer: () => {
      throw fault;
    },
    state: ({ camera }) => {
      if (camera === "live") throw fault;
    },
  };
  const sink = new Keeper();
  stage.subscribe(broken);
  stage.subscribe(sink);
  await stage.capture();
  // One of what it was told, and one of the picture.
  assert.deepEqual([stage.bugs, sink.frames.length], [[fault, fault], 1]);
  assert.equal(sink.told.at(-1), "live");
  for (const frame of sink.frames) frame.release();
});
