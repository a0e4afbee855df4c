import assert from "node:assert/strict";
import "../support/bridge.ts";
import { jpegSize } from "../../lib/jpeg/markers.ts";
import { decodeHeader, decodeMessage, HEADER_BYTES } from "../protocol/all.ts";
import { numberedJpeg } from "../support/numbered_pictures.ts";
import { ScriptedJpegSource, ScriptedSource } from "../support/scripted_source.ts";
import { until } from "../support/until.ts";
import { ChannelStage, Keeper } from "./channel_stage.ts";

Deno.test("Channel gives every sink the same frame, compressed once", async () => {
  await using stage = new ChannelStage(new ScriptedSource());
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
  await using stage = new ChannelStage(new ScriptedSource());
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
  await using stage = new ChannelStage(new ScriptedSource());
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
  await using stage = new ChannelStage(new ScriptedSource());
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
  await using stage = new ChannelStage(new ScriptedSource());
  assert.equal(stage.camera.open, false);
  const [one, other] = [new Keeper(), new Keeper()];
  const [first] = stage.subscribe(one);
  assert.equal(stage.camera.open, true);
  await stage.capture();
  const [second] = stage.subscribe(other);
  assert.deepEqual([one.states, other.states], [["starting", "live"], ["live"]]);
  first![Symbol.dispose]();
  await stage.capture();
  assert.deepEqual([one.frames.length, other.frames.length], [1, 1]);
  second![Symbol.dispose]();
  second![Symbol.dispose]();
  await until("the camera closed", () => !stage.camera.open);
});

Deno.test("Channel compresses nothing where nobody takes it, and still shows it", async () => {
  await using stage = new ChannelStage(new ScriptedSource());
  stage.show();
  await stage.capture();
  assert.equal(stage.shown.length, 1);
  assert.equal(stage.channel.encodeMs.take(), undefined);
  assert.equal(stage.channel.frameBytes, 0);
});

Deno.test("Channel gives sinks of pixels what it passes on as JPEG, decoded, while there are any", async () => {
  const source = new ScriptedJpegSource();
  await using stage = new ChannelStage(source);
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
