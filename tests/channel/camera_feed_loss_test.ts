/** Cameras that are lost, fall silent or fail: what the feed says, and that it goes on. */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { REOPEN_AFTER_MS } from "../../lib/channel/camera_feed.ts";
import type { FrameSource } from "../../lib/camera/source.ts";
import { CaptureVideoError, UsageError } from "../../lib/flow/errors.ts";
import { isFreed, ScriptedSource } from "../support/scripted_source.ts";
import { DEVICE_TIMEOUT_MS, FeedStage, LINGER_MS } from "./feed_stage.ts";

Deno.test("CameraFeed says that the camera is lost, and opens it again every second", async () => {
  await using stage = new FeedStage();
  using _wanted = stage.feed.want();
  await stage.capture(1);
  const refusal = Promise.reject(
    new CaptureVideoError("camera-unavailable", "Cannot open script: it is unplugged"),
  );
  refusal.catch(() => {});
  stage.next = refusal;
  stage.source.lose();
  await stage.time.advance(REOPEN_AFTER_MS - 1);
  assert.equal(stage.source.closed, true);
  assert.equal(stage.feed.state.camera, "lost");
  await stage.time.advance(REOPEN_AFTER_MS);
  assert.equal(stage.sources.length, 1, "it was refused");
  await stage.time.advance(REOPEN_AFTER_MS);
  assert.equal(stage.sources.length, 2);
  await stage.capture(2);
  assert.deepEqual(stage.said, [
    "live",
    "lost: Cannot read script: it is unplugged",
    "lost: Cannot open script: it is unplugged",
    "live",
  ]);
  assert.equal(stage.feed.captured, 2);
});

Deno.test("CameraFeed tells of a picture that could not be decoded, and reads the next", async () => {
  await using stage = new FeedStage();
  using _wanted = stage.feed.want();
  await stage.capture(1);
  stage.source.give(new CaptureVideoError("damaged-jpeg", "Cannot decode a JPEG"));
  await stage.capture(2);
  assert.deepEqual(stage.said, ["live", "Cannot decode a JPEG"]);
  assert.deepEqual([stage.sources.length, stage.feed.captured], [1, 2]);
});

Deno.test("CameraFeed is not live before a whole picture, nor for long without one", async () => {
  await using stage = new FeedStage();
  using _wanted = stage.feed.want();
  const damage = new CaptureVideoError("damaged-jpeg", "Cannot decode a JPEG");
  const states: string[] = [];
  const breakFor = async (seconds: number) => {
    for (let broken = 0; broken < seconds * 10; broken++) {
      await stage.time.advance(0);
      stage.source.give(damage);
      await stage.time.advance(100);
    }
    states.push(stage.feed.state.camera);
  };
  await breakFor(1);
  await breakFor(9);
  await stage.capture(1);
  await breakFor(DEVICE_TIMEOUT_MS / 1000 - 1);
  await breakFor(9);
  await stage.capture(2);
  assert.deepEqual(states, ["starting", "starting", "live", "lost"]);
  assert.deepEqual(stage.said.filter((line) => line !== damage.message), [
    "starting: no whole picture: Cannot decode a JPEG",
    "live",
    "lost: no whole picture: Cannot decode a JPEG",
    "live",
  ]);
  assert.equal(stage.sources.length, 1);
});

Deno.test("CameraFeed takes a camera for lost that hangs, and opens it again", async () => {
  await using stage = new FeedStage();
  using _wanted = stage.feed.want();
  await stage.capture(1);
  await stage.time.advance(DEVICE_TIMEOUT_MS);
  assert.deepEqual(stage.said.at(-1), "lost: Cannot read script: no picture for 3 s");
  await stage.time.advance(REOPEN_AFTER_MS);
  await stage.capture(2);
  assert.equal(stage.sources.length, 2);
  assert.deepEqual(stage.said.at(-1), "live");
});

Deno.test("CameraFeed leaves no more than two reads hanging, each of which holds a thread", async () => {
  await using stage = new FeedStage();
  using _wanted = stage.feed.want();
  for (const number of [1, 2]) {
    await stage.capture(number);
    await stage.time.advance(DEVICE_TIMEOUT_MS + REOPEN_AFTER_MS);
  }
  await stage.time.advance(60_000);
  assert.deepEqual([stage.sources.length, stage.feed.state.camera], [2, "lost"]);
  stage.sources[0]!.give(3);
  await stage.time.advance(0);
  assert.equal(stage.sources.length, 3);
  await stage.capture(4);
  assert.equal(stage.said.at(-1), "live");
});

Deno.test("CameraFeed waits as long as the source has it, and longer than the device timeout", async () => {
  await using stage = new FeedStage();
  using _wanted = stage.feed.want();
  await stage.capture(1);
  stage.source.patienceMs = 15_000;
  await stage.capture(2);
  await stage.time.advance(14_500);
  assert.deepEqual(stage.said, ["live"]);
  await stage.time.advance(500);
  assert.deepEqual(stage.said.at(-1), "lost: Cannot read script: no picture for 15 s");
});

Deno.test("CameraFeed tells that a source is silent while it is opened, and takes it all the same", async () => {
  await using stage = new FeedStage();
  const opening = Promise.withResolvers<FrameSource>();
  stage.next = opening.promise;
  const wanted = stage.feed.want();
  await stage.time.advance(0);
  stage.reportSilence("Cannot open script: no answer for 3 s");
  assert.deepEqual(stage.said, ["lost: Cannot open script: no answer for 3 s"]);
  await stage.time.advance(60_000);
  assert.deepEqual([stage.said.length, stage.sources.length], [1, 0]);
  const source = new ScriptedSource();
  stage.sources.push(source);
  opening.resolve(source);
  await stage.capture(1);
  assert.deepEqual(stage.said.at(-1), "live");
  // Nobody wants it any more, nor what it says.
  wanted[Symbol.dispose]();
  await stage.time.advance(LINGER_MS);
  stage.reportSilence("Cannot open script: nobody asked");
  assert.ok(!stage.said.join().includes("nobody asked"));
});

Deno.test("CameraFeed tells no password, whatever an error says", async () => {
  await using stage = new FeedStage();
  const refusal = Promise.reject(
    new CaptureVideoError("camera-unavailable", "Cannot open rtsp://me:se#cret@10.0.0.7/: no"),
  );
  refusal.catch(() => {});
  stage.next = refusal;
  using _wanted = stage.feed.want();
  await stage.time.advance(0);
  assert.deepEqual(stage.said, ["lost: Cannot open rtsp://10.0.0.7/: no"]);
});

Deno.test("CameraFeed frees the Mat of a read that hung, once that has ended, however it does", async () => {
  for (const outcome of [5, undefined, new Error("gone")]) {
    await using stage = new FeedStage();
    using _wanted = stage.feed.want();
    await stage.capture(1);
    await stage.time.advance(DEVICE_TIMEOUT_MS);
    const { source } = stage;
    source.give(outcome);
    await stage.time.advance(0);
    const [waiting, hung] = source.mats;
    assert.equal(stage.feed.frames.take()?.mat, waiting);
    assert.ok(isFreed(hung!));
    waiting!.release();
  }
});

for (
  const [what, error, why] of [
    ["a control that the camera lacks", new UsageError("Cannot set zoom: …"), "Cannot set zoom: …"],
    [
      "an error of the system",
      new Deno.errors.PermissionDenied("(os error 13)"),
      "Cannot read the camera: the system does not permit it",
    ],
    ["a bug", new TypeError("x is undefined"), "TypeError: x is undefined"],
  ] as const
) {
  Deno.test(`CameraFeed takes a camera for lost that comes back with ${what}`, async () => {
    await using stage = new FeedStage();
    using _wanted = stage.feed.want();
    await stage.capture(100);
    stage.source.lose();
    await stage.time.advance(0);
    for (let i = 0; i < 3; i++) {
      stage.next = Promise.reject(error);
      stage.next.catch(() => {});
      await stage.time.advance(REOPEN_AFTER_MS);
    }
    assert.deepEqual(stage.said.slice(2), [`lost: ${why}`], "it is said once");
    assert.equal(stage.bugs.length, error instanceof TypeError ? 3 : 0);
    await stage.time.advance(REOPEN_AFTER_MS);
    await stage.capture(200);
    assert.equal(stage.said.at(-1), "live");
  });
}

Deno.test("CameraFeed takes a camera for lost in which a bug shows, and closes it", async () => {
  await using stage = new FeedStage();
  using _wanted = stage.feed.want();
  await stage.capture(100);
  stage.source.give(new TypeError("x is undefined"));
  await stage.time.advance(REOPEN_AFTER_MS);
  await stage.capture(200);
  assert.deepEqual(stage.said, ["live", "lost: TypeError: x is undefined", "live"]);
  assert.equal(stage.bugs.length, 1);
});

Deno.test("CameraFeed tells one that comes later nothing of how the camera was lost before", async () => {
  await using stage = new FeedStage();
  const first = stage.feed.want();
  await stage.capture(1);
  stage.source.lose();
  await stage.time.advance(0);
  first[Symbol.dispose]();
  await stage.time.advance(LINGER_MS);
  assert.deepEqual([stage.feed.open, stage.feed.state.camera], [false, "lost"]);
  const heard: string[] = [];
  using _later = stage.feed.want({ state: ({ camera }) => void heard.push(camera) });
  await stage.capture(2);
  assert.deepEqual(heard, ["starting", "live"]);
});

for (
  const [what, fault] of [
    ["is lost", new CaptureVideoError("camera-lost", "Cannot read script: it is unplugged")],
    ["is damaged", new CaptureVideoError("damaged-jpeg", "Cannot decode a JPEG")],
  ] as const
) {
  Deno.test(`CameraFeed says nothing of what ${what} behind the end, to one that came meanwhile`, async () => {
    await using stage = new FeedStage();
    const first = stage.feed.want();
    await stage.capture(1);
    const { source } = stage;
    first[Symbol.dispose]();
    await stage.time.advance(LINGER_MS - DEVICE_TIMEOUT_MS);
    await stage.capture(2);
    await stage.time.advance(DEVICE_TIMEOUT_MS - 1);
    await stage.capture(3);
    await stage.time.advance(1);
    assert.deepEqual([stage.feed.open, source.closed], [false, false]);
    const heard: string[] = [];
    using _later = stage.feed.want({ state: ({ camera }) => void heard.push(camera) });
    source.give(fault);
    await stage.capture(4);
    assert.deepEqual([heard, stage.sources.length], [["starting", "live"], 2]);
    assert.deepEqual(stage.said, ["live", "starting", "live"]);
  });
}
