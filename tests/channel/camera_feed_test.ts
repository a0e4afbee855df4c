import assert from "node:assert/strict";
import "../support/bridge.ts";
import type { FrameSource } from "../../lib/camera/source.ts";
import { ScriptedSource } from "../support/scripted_source.ts";
import { DEVICE_TIMEOUT_MS, FeedStage, LINGER_MS, REQUESTED } from "./feed_stage.ts";

Deno.test("CameraFeed opens the source when it is wanted, not before, and once", async () => {
  await using stage = new FeedStage();
  await stage.time.advance(60_000);
  assert.deepEqual([stage.feed.open, stage.sources.length], [false, 0]);
  assert.equal(stage.feed.info, REQUESTED);
  using _one = stage.feed.want();
  using _other = stage.feed.want();
  assert.equal(stage.feed.open, true);
  await stage.capture(100);
  assert.equal(stage.sources.length, 1);
  assert.equal(stage.feed.info.description, "script");
  assert.deepEqual(stage.said, ["live"]);
  assert.equal(stage.feed.captured, 1);
});

Deno.test("CameraFeed.frames holds the newest picture only, and three Mats go round", async () => {
  await using stage = new FeedStage();
  using _wanted = stage.feed.want();
  await stage.capture(1, 2, 3, 4, 5);
  const frame = await stage.feed.frames.next();
  assert.equal(frame?.capturedAtMicros, 5);
  assert.equal(frame?.pixelFormat, "bgr");
  assert.equal(stage.feed.frames.replaced, 4);
  await stage.capture(6, 7, 8);
  frame?.release();
  await stage.capture(9, 10);
  assert.equal(stage.source.mats.size, 3);
});

Deno.test("CameraFeed.want() tells how the camera is, then and at each change, until it is let go", async () => {
  await using stage = new FeedStage();
  const heard: string[][] = [[], []];
  const listen = (index: number) =>
    stage.feed.want({ state: ({ camera }) => void heard[index]!.push(camera) });
  const one = listen(0);
  await stage.capture(1);
  using _other = listen(1);
  one[Symbol.dispose]();
  stage.source.lose();
  await stage.time.advance(0);
  assert.deepEqual(heard, [["starting", "live"], ["live", "lost"]]);
});

Deno.test("CameraFeed.reopen() opens the source anew if it is open, and says nothing of a loss", async () => {
  await using stage = new FeedStage();
  stage.feed.reopen();
  assert.equal(stage.sources.length, 0);
  using _wanted = stage.feed.want();
  await stage.capture(1);
  const { source } = stage;
  stage.feed.reopen();
  // A picture of the one before says nothing of the next one.
  await stage.capture(2);
  await stage.time.advance(0);
  assert.equal(stage.sources.length, 2);
  assert.ok(source.closed);
  await stage.capture(3);
  assert.deepEqual(stage.said, ["live", "starting", "live"]);
  const frame = await stage.feed.frames.next();
  assert.equal(frame?.capturedAtMicros, 3);
  frame.release();
});

Deno.test("CameraFeed closes the source a while after the last one let go", async () => {
  await using stage = new FeedStage();
  const one = stage.feed.want();
  const other = stage.feed.want();
  await stage.capture(1);
  one[Symbol.dispose]();
  one[Symbol.dispose]();
  await stage.time.advance(2 * LINGER_MS % DEVICE_TIMEOUT_MS);
  assert.equal(stage.feed.open, true);
  other[Symbol.dispose]();
  for (let passed = 1000; passed < LINGER_MS; passed += 1000) {
    await stage.time.advance(1000);
    await stage.capture(passed);
    assert.equal(stage.feed.open, true, `after ${passed} ms`);
  }
  await stage.time.advance(1000);
  await stage.capture(2);
  assert.deepEqual([stage.feed.open, stage.source.closed], [false, true]);
});

Deno.test("CameraFeed keeps the source open for one that comes while it lingers", async () => {
  await using stage = new FeedStage();
  stage.feed.want()[Symbol.dispose]();
  await stage.capture(1);
  await stage.time.advance(DEVICE_TIMEOUT_MS - 1);
  using _again = stage.feed.want();
  for (let passed = 0; passed < 2 * LINGER_MS; passed += 1000) {
    await stage.capture(passed);
    await stage.time.advance(1000);
  }
  assert.deepEqual([stage.sources.length, stage.feed.open], [1, true]);
});

Deno.test("CameraFeed opens the source anew for one that comes when it is closed", async () => {
  await using stage = new FeedStage();
  stage.feed.want()[Symbol.dispose]();
  await stage.capture(1, 2);
  await stage.time.advance(DEVICE_TIMEOUT_MS - 1);
  await stage.capture(3);
  await stage.time.advance(LINGER_MS - DEVICE_TIMEOUT_MS + 1);
  await stage.capture(4);
  assert.ok(stage.source.closed);

  using _again = stage.feed.want();
  await stage.capture(5);
  assert.equal(stage.sources.length, 2);
  assert.deepEqual(stage.said, ["live", "starting", "live"]);
});

Deno.test("CameraFeed.frames ends with the file, behind its last picture", async () => {
  await using stage = new FeedStage();
  using _wanted = stage.feed.want();
  await stage.capture(1);
  stage.source.give(undefined);
  await stage.time.advance(0);
  const last = await stage.feed.frames.next();
  assert.equal(last?.capturedAtMicros, 1);
  last?.release();
  assert.equal(await stage.feed.frames.next(), undefined);
  using _late = stage.feed.want();
  await stage.time.advance(LINGER_MS);
  assert.equal(stage.sources.length, 1, "what has ended is not opened again");
});

Deno.test("CameraFeed[asyncDispose]() does not wait for a source that does not open", async () => {
  await using stage = new FeedStage();
  const opening = Promise.withResolvers<FrameSource>();
  stage.next = opening.promise;
  using _wanted = stage.feed.want();
  await stage.time.advance(0);
  await stage.feed[Symbol.asyncDispose]();
  const late = new ScriptedSource();
  opening.resolve(late);
  await stage.time.advance(0);
  assert.ok(late.closed, "what opens too late is closed");
});

Deno.test("CameraFeed.info is what a picture can have, whatever the driver says", async () => {
  for (
    const [said, info] of [
      [{ width: NaN, height: -1, fps: NaN }, { width: 0, height: 0, fps: 0 }],
      [{ width: 1e6, height: 240.5, fps: -25 }, { width: 0, height: 240, fps: 0 }],
      [{ width: 0xffff, height: 0, fps: Infinity }, { width: 0xffff, height: 0, fps: 0 }],
    ]
  ) {
    await using stage = new FeedStage();
    const source = new ScriptedSource();
    Object.assign(source.info, said);
    stage.sources.push(source);
    stage.next = Promise.resolve(source);
    using _wanted = stage.feed.want();
    await stage.time.advance(0);
    assert.deepEqual(stage.feed.info, { ...source.info, ...info });
  }
});
