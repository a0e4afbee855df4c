/** Pictures and sinks that fail: what each costs, and that the channel goes on. */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import type { JpegSink } from "../../lib/channel/sink.ts";
import { MAX_FRAME_PAYLOAD_BYTES } from "../protocol/all.ts";
import { numberedJpeg } from "../support/numbered_pictures.ts";
import { ScriptedJpegSource, ScriptedSource } from "../support/scripted_source.ts";
import { until } from "../support/until.ts";
import { ChannelStage, Keeper } from "./channel_stage.ts";

Deno.test("Channel passes a camera's JPEGs on, and tells of those that cannot be decoded", async () => {
  const source = new ScriptedJpegSource();
  await using stage = new ChannelStage(source);
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

Deno.test("Channel leaves out a picture that no FRAME can hold, and goes on", async () => {
  const source = new ScriptedJpegSource();
  await using stage = new ChannelStage(source);
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
  await using stage = new ChannelStage(source);
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
  await using stage = new ChannelStage(new ScriptedJpegSource());
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
  await using stage = new ChannelStage(new ScriptedSource());
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
  // One from the state, and one from the picture.
  assert.deepEqual([stage.bugs, sink.frames.length], [[fault, fault], 1]);
  assert.equal(sink.states.at(-1), "live");
  for (const frame of sink.frames) frame.release();
});
