import assert from "node:assert/strict";
import "../support/bridge.ts";
import { CameraFeed } from "../../lib/channel/camera_feed.ts";
import { Broadcast } from "../../lib/channel/broadcast.ts";
import type { EncodedFrame } from "../../lib/channel/encoded_frame.ts";
import { PictureEncoder } from "../../lib/channel/picture_encoder.ts";
import type { Rendition } from "../../lib/channel/rendition.ts";
import type { JpegSink } from "../../lib/channel/sink.ts";
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

/** Someone who keeps what it is given. */
class Taker implements JpegSink {
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

/** A broadcast from a source in the test's hands. */
class Stage<S extends ScriptedSource> implements AsyncDisposable {
  readonly shown: Mat[] = [];
  readonly damage: string[] = [];
  readonly bugs: unknown[] = [];
  /** What showing a picture comes to, where it fails. */
  fault: Error | undefined;
  readonly feed: CameraFeed;
  readonly encoder = new PictureEncoder(80);
  readonly broadcast: Broadcast;
  readonly source: S;
  readonly #running: Promise<void>;
  #captured = 0;

  constructor(source: S) {
    this.source = source;
    this.feed = new CameraFeed({
      open: () => Promise.resolve(source),
      lingerMs: 1,
      deviceTimeoutMs: 60_000,
      onStatus: (status) => this.broadcast.state(status),
      onDamaged: ({ message }) => this.damage.push(message),
    });
    this.broadcast = new Broadcast({
      feed: this.feed,
      encoder: this.encoder,
      now: () => 0,
      onFrame: ({ mat }) => {
        this.shown.push(mat);
        if (this.fault) throw this.fault;
      },
      onDamaged: ({ message }) => this.damage.push(message),
      onBug: (error) => this.bugs.push(error),
    });
    this.#running = this.broadcast.run();
  }

  /** Captures a picture, and waits until the next one is asked for and this one was handed round. */
  async capture(): Promise<void> {
    const before = this.shown.length + this.damage.length;
    await until("the camera asked", () => this.source.asked);
    this.source.give(++this.#captured * 1000);
    await until("the picture handed round", () => {
      return this.shown.length + this.damage.length > before;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closing = this.feed[Symbol.asyncDispose]();
    if (this.source.asked) this.source.give(0);
    await closing;
    await this.#running;
    await this.encoder[Symbol.asyncDispose]();
  }
}

Deno.test("Broadcast gives every taker the same frame, compressed once", async () => {
  await using stage = new Stage(new ScriptedSource());
  const takers = [new Taker(), new Taker(), new Taker()];
  for (const taker of takers) stage.broadcast.add(taker);
  await stage.capture();
  await stage.capture();
  for (const taker of takers) stage.broadcast.remove(taker);

  const [first] = takers;
  assert.deepEqual(first!.frames.map(({ sequence }) => sequence), [1, 2]);
  assert.deepEqual(first!.frames.map(({ capturedAtMicros }) => capturedAtMicros), [1000, 2000]);
  for (const { frames } of takers) {
    assert.equal(frames.length, 2);
    assert.equal(frames[0], first!.frames[0], "the same object, not a copy");
  }
  assert.equal(stage.broadcast.frameBytes, first!.frames[1]!.jpeg.length);
});

Deno.test("Broadcast compresses no picture that nobody wants, and counts it", async () => {
  await using stage = new Stage(new ScriptedSource());
  const seldom = new Taker("full", 3000);
  stage.broadcast.add(seldom);
  const compressed: boolean[] = [];
  for (let picture = 1; picture <= 6; picture++) {
    await stage.capture();
    compressed.push(stage.broadcast.encodeMs.take() !== undefined);
  }
  assert.deepEqual(compressed, [false, false, true, false, false, true]);
  assert.deepEqual(seldom.frames.map(({ sequence }) => sequence), [3, 6]);
  stage.broadcast.remove(seldom);
});

Deno.test("Broadcast.compression is what somebody wants of every picture", async () => {
  await using stage = new Stage(new ScriptedSource());
  const { broadcast, encoder } = stage;
  const compressions = ([] as Taker[][]).concat(
    [[new Taker()], [new Taker("full", 3000)], [new Taker("full", 3000), new Taker()]],
    [[new Taker(), new Taker("small")], []],
  ).map((takers) => {
    for (const taker of takers) broadcast.add(taker);
    const { compression } = broadcast;
    for (const taker of takers) broadcast.remove(taker);
    return compression;
  });
  const { fullOptions } = encoder;
  assert.deepEqual(compressions, [fullOptions, undefined, fullOptions, undefined, undefined]);
});

Deno.test("Broadcast makes frames that are whole FRAME messages", async () => {
  await using stage = new Stage(new ScriptedSource());
  const taker = new Taker();
  stage.broadcast.add(taker);
  await stage.capture();
  stage.broadcast.remove(taker);
  const { message, jpeg, ...about } = taker.frames[0]!;
  assert.deepEqual(about, { sequence: 1, capturedAtMicros: 1000, rendition: "full" });
  const decoded = decodeMessage(decodeHeader(message), message, HEADER_BYTES);
  assert.deepEqual(decoded, { type: "frame", sequence: 1, capturedAtMicros: 1000, jpeg });
  assert.deepEqual(jpegSize(jpeg), { width: 32, height: 24 });
});

Deno.test("Broadcast has the source compress while all want the full picture, and only then", async () => {
  await using stage = new Stage(new ScriptedSource());
  const { broadcast } = stage;
  const [one, other] = [new Taker(), new Taker()];
  assert.equal(broadcast.compression, undefined, "nobody is there");
  for (const taker of [one, other]) broadcast.add(taker);
  assert.equal(broadcast.compression, stage.encoder.fullOptions);
  other.rendition = "light";
  assert.equal(broadcast.compression, undefined);
  broadcast.remove(other);
  assert.equal(broadcast.compression, stage.encoder.fullOptions);
  broadcast.remove(one);
});

Deno.test("Broadcast gives each taker the rendition that it wants now, of the same picture", async () => {
  await using stage = new Stage(new ScriptedSource());
  const [full, light, small] = [new Taker(), new Taker("light"), new Taker("small")];
  for (const taker of [full, light, small]) stage.broadcast.add(taker);
  await stage.capture();
  light.rendition = "small";
  await stage.capture();
  for (const taker of [full, light, small]) stage.broadcast.remove(taker);

  const seen = (taker: Taker) =>
    taker.frames.map(({ rendition, sequence, jpeg }) => ({
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

Deno.test("Broadcast wants the camera for as long as it has takers, and tells them of it", async () => {
  await using stage = new Stage(new ScriptedSource());
  assert.equal(stage.feed.open, false);
  const [one, other] = [new Taker(), new Taker()];
  stage.broadcast.add(one);
  assert.equal(stage.feed.open, true);
  await stage.capture();
  stage.broadcast.add(other);
  assert.deepEqual([one.told, other.told], [["starting", "live"], ["live"]]);
  stage.broadcast.remove(one);
  await stage.capture();
  assert.deepEqual([one.frames.length, other.frames.length], [1, 1]);
  stage.broadcast.remove(other);
  stage.broadcast.remove(other);
  await until("the camera closed", () => !stage.feed.open);
});

Deno.test("Broadcast compresses nothing where nobody takes it, and still shows it", async () => {
  await using stage = new Stage(new ScriptedSource());
  using _wanted = stage.feed.want();
  await stage.capture();
  assert.equal(stage.shown.length, 1);
  assert.equal(stage.broadcast.encodeMs.take(), undefined);
  assert.equal(stage.broadcast.frameBytes, 0);
});

Deno.test("Broadcast passes a camera's JPEGs on, and counts those that cannot be decoded", async () => {
  const source = new ScriptedJpegSource();
  await using stage = new Stage(source);
  const takers = [new Taker(), new Taker("small")];
  for (const taker of takers) stage.broadcast.add(taker);
  const jpeg = await numberedJpeg(7);
  for (const given of [jpeg, jpeg.subarray(0, jpeg.length / 2), new Uint8Array(50), jpeg]) {
    source.jpeg = new Uint8Array(given);
    await stage.capture();
  }
  for (const taker of takers) stage.broadcast.remove(taker);
  assert.deepEqual(takers[0]!.frames.map((frame) => frame.jpeg), [jpeg, jpeg]);
  assert.equal(takers[1]!.frames.length, 2);
  assert.equal(stage.broadcast.damaged, 2);
  assert.match(stage.damage[0]!, /^Cannot decode a JPEG: only \d+ % of it is there/);
});

Deno.test("Broadcast leaves out a picture that no FRAME can hold, and goes on", async () => {
  const source = new ScriptedJpegSource();
  await using stage = new Stage(source);
  const taker = new Taker();
  stage.broadcast.add(taker);
  const jpeg = await numberedJpeg(7);
  for (const given of [jpeg, new Uint8Array(16 * 2 ** 20), jpeg]) {
    source.jpeg = new Uint8Array(given);
    await stage.capture();
  }
  stage.broadcast.remove(taker);
  assert.deepEqual(taker.frames.map((frame) => frame.jpeg), [jpeg, jpeg]);
  assert.deepEqual(stage.damage, [
    "Cannot send a picture of 16777216 bytes of JPEG: guests take up to 16777204 bytes; " +
    "choose a smaller size",
  ]);
});

Deno.test("Broadcast leaves out a picture that cannot be compressed, and goes on", async () => {
  const source = new ScriptedSource();
  await using stage = new Stage(source);
  const taker = new Taker();
  stage.broadcast.add(taker);
  await stage.capture();
  source.info.width = 70_000; // JPEG has 65,535 at most
  source.info.height = 1;
  await stage.capture();
  Object.assign(source.info, { width: 32, height: 24 });
  await stage.capture();
  stage.broadcast.remove(taker);
  assert.deepEqual([taker.frames.length, stage.damage.length], [2, 1]);
});

Deno.test("Broadcast goes on with the next picture when one is too large, or showing it fails", async () => {
  await using stage = new Stage(new ScriptedJpegSource());
  const taker = new Taker();
  stage.broadcast.add(taker);
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
  assert.equal(taker.frames.length, 2);
  for (const frame of taker.frames) frame.release();
  stage.broadcast.remove(taker);
});

Deno.test("Broadcast serves the others when a taker fails", async () => {
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
  const taker = new Taker();
  stage.broadcast.add(broken);
  stage.broadcast.add(taker);
  await stage.capture();
  // One of what it was told, and one of the picture.
  assert.deepEqual([stage.bugs, taker.frames.length], [[fault, fault], 1]);
  assert.equal(taker.told.at(-1), "live");
  for (const frame of taker.frames) frame.release();
  stage.broadcast.remove(taker);
  stage.broadcast.remove(broken);
});
