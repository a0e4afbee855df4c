import assert from "node:assert/strict";
import "../support/bridge.ts";
import type { FromReceiver } from "../../lib/guest/lent_receiver.ts";
import { type FeedSettings, UNKNOWN_TIME } from "../../lib/guest/picture.ts";
import { SharedSlot } from "../../lib/guest/shared_slot.ts";
import { WorkerFeed } from "../../lib/guest/worker_feed.ts";
import { captureVideoError } from "../support/errors.ts";
import { frameNumberOf } from "../support/frame_number.ts";
import { numberedJpeg } from "../support/numbered_pictures.ts";
import { Mat } from "../../lib/opencv/mod.ts";
import { FEED_SETTINGS, HostsStage, sendPicture } from "./hosts_stage.ts";
import { until } from "../support/until.ts";

/** A receiving thread, and the hosts that it connects to. */
class Stage extends HostsStage<WorkerFeed> {
  constructor(settings?: Partial<FeedSettings>) {
    super((all, handlers) => new WorkerFeed(all, handlers), settings);
  }
}

Deno.test("WorkerFeed hands the thread's pictures over in order, with what is known of them", async () => {
  await using stage = new Stage();
  const host = await stage.host();
  const handles = new Set<bigint>();
  for (let number = 1; number <= 10; number++) {
    const jpeg = await numberedJpeg(number);
    await sendPicture(host, number, jpeg);
    const picture = await stage.feed.next();
    assert.ok(picture);
    assert.equal(frameNumberOf(picture.mat), number);
    // No clocks were compared.
    assert.equal(picture.capturedAtMicros, UNKNOWN_TIME);
    assert.equal(picture.jpegBytes, jpeg.length);
    assert.equal(stage.feed.counts.received, number);
    handles.add(picture.mat.handle);
    picture.release();
  }
  assert.ok(handles.size <= 3, `${handles.size} Mats went round`);
  assert.deepEqual(stage.states, ["connecting", "live"]);
  assert.deepEqual(stage.feed.link, { state: "live", why: "" });
});

Deno.test("WorkerFeed keeps the newest picture for a reader that is late, and counts the others", async () => {
  await using stage = new Stage();
  const host = await stage.host();
  for (let number = 1; number <= 10; number++) await sendPicture(host, number);
  await until("the last one decoded", () => stage.feed.counts.replaced === 9);
  const picture = await stage.feed.next();
  assert.equal(picture && frameNumberOf(picture.mat), 10);
  picture?.release();
});

Deno.test("WorkerFeed leaves a picture alone that is not released, whatever comes meanwhile", async () => {
  await using stage = new Stage();
  const host = await stage.host();
  await sendPicture(host, 1);
  const kept = await stage.feed.next();
  assert.ok(kept);
  for (let number = 2; number <= 8; number++) {
    await sendPicture(host, number);
    const picture = await stage.feed.next();
    assert.equal(picture && frameNumberOf(picture.mat), number);
    picture?.release();
  }
  assert.equal(frameNumberOf(kept.mat), 1);
  kept.release();
});

Deno.test("WorkerFeed fetches the JPEG of a picture as it came", async () => {
  await using stage = new Stage();
  const host = await stage.host();
  const jpeg = await numberedJpeg(3);
  await sendPicture(host, 3, jpeg);
  const picture = await stage.feed.next();
  assert.deepEqual(await picture?.jpeg(), jpeg);
  picture?.release();
});

Deno.test("WorkerFeed tells of damage before the picture that comes behind it", async () => {
  await using stage = new Stage();
  const host = await stage.host();
  const waiting = stage.feed.next();
  await sendPicture(host, 1, (await numberedJpeg(1)).subarray(0, 900));
  await sendPicture(host, 2);
  const picture = await waiting;
  assert.equal(picture && frameNumberOf(picture.mat), 2);
  assert.equal(stage.damage.length, 1);
  assert.match(stage.damage[0]!, /^Cannot decode a JPEG: /);
  assert.equal(stage.feed.counts.damaged, 1);
  picture?.release();
});

Deno.test("WorkerFeed ends with its signal: it says BYE, and a reader that waits is let go", async () => {
  await using stage = new Stage();
  const host = await stage.host();
  const waiting = stage.feed.next();
  stage.stop.abort();
  assert.equal((await host.next("bye")).reason, "the guest ended");
  assert.equal(await waiting, undefined);
  assert.equal(await stage.ended, undefined);
  assert.equal(await stage.feed.next(), undefined);
});

Deno.test("WorkerFeed hands over the last picture before the end, and counts all of them", async () => {
  await using stage = new Stage({ frames: 2 });
  const host = await stage.host();
  const waiting = stage.feed.next();
  await sendPicture(host, 1);
  const first = await waiting;
  assert.equal(first && frameNumberOf(first.mat), 1);
  first?.release();
  const last = stage.feed.next();
  await host.send({
    type: "frame",
    sequence: 2,
    capturedAtMicros: 1,
    jpeg: await numberedJpeg(2),
  });
  const picture = await last;
  assert.equal(picture && frameNumberOf(picture.mat), 2);
  assert.equal(await stage.ended, undefined);
  assert.equal(stage.feed.counts.received, 2);
});

Deno.test("WorkerFeed.run() rejects with the thread's reason", async () => {
  await using stage = new Stage({ reconnect: false });
  const host = await stage.host();
  await host.send({ type: "bye", reason: "the house is closed", retry: false });
  captureVideoError("turned-away", /^Cannot go on: the host says the house is closed$/)(
    await stage.ended,
  );
  assert.equal(await stage.feed.next(), undefined);
});

Deno.test("WorkerFeed leaves nobody waiting for a JPEG: it may fail, and the camera may end", async () => {
  using picture = new Mat(2, 2);
  const { port1, port2 } = new MessageChannel();
  const say = (message: FromReceiver) => port2.postMessage(message);
  let slot: SharedSlot | undefined;
  const settings = { ...FEED_SETTINGS, hostname: "", port: 0 };
  const feed = new WorkerFeed(settings, () => {}, {
    begin: (feed) => {
      slot = new SharedSlot(feed.slot);
      return port1;
    },
    end: (port) => port.close(),
  });
  const running = feed.run(new AbortController().signal);
  const waiting = feed.next();
  const facts = { handle: picture.handle, capturedAtMicros: 1, jpegBytes: 0, messagesBefore: 0 };
  slot!.put(facts);
  const shown = (await waiting)!;
  const failing = shown.jpeg();
  const pending = shown.jpeg();
  const hasEnded = captureVideoError("connection", /its camera has ended$/);
  say({ kind: "jpeg", jpeg: { code: "opencv", message: "Cannot compress a picture: no memory" } });
  await assert.rejects(failing, captureVideoError("opencv", /no memory$/));
  say({ kind: "ended", failure: undefined });
  await assert.rejects(pending, hasEnded);
  await running;
  await assert.rejects(shown.jpeg(), hasEnded);
  port2.close();
});
