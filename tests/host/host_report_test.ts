import assert from "node:assert/strict";
import { HostReport } from "../../lib/host/host_report.ts";
import type { ChannelState } from "../../lib/channel/channel.ts";
import { Samples } from "../../lib/flow/samples.ts";
import { FakeTime } from "../support/fake_time.ts";

function guest(peer: string, sent: number, identity: unknown = peer) {
  return {
    identity,
    peer,
    camera: "desk",
    sent,
    skipped: 0,
    rttMs: 1,
    inFlight: 0,
    rendition: "full",
  } as const;
}

function cameraOf(name: string, state: ChannelState) {
  return { name, captured: 0, state, encodeMs: new Samples(), frameBytes: 0 };
}

Deno.test("HostReport.take() tells rates since the last time", async () => {
  using time = new FakeTime();
  const camera = cameraOf("desk", { camera: "live" });
  let guests = [guest("one", 0)];
  const report = new HostReport([camera, cameraOf("door", { camera: "lost" })]);
  report.include({ guests: () => guests.slice(0, 1) });
  report.include({ guests: () => guests.slice(1) });

  await time.advance(2000);
  camera.captured = 60;
  camera.frameBytes = 80_000;
  for (const ms of [2, 3, 9]) camera.encodeMs.add(ms);
  guests = [guest("one", 30), guest("late", 4)];
  const first = report.take();
  assert.deepEqual([first.timeSec, first.captureFps, first.camera], [2, 30, "live"]);
  assert.deepEqual([first.encodeMsP50, first.frameBytes], [3, 80_000]);
  assert.deepEqual(first.cameras, [
    { name: "desk", camera: "live", captureFps: 30, encodeMsP50: 3, frameBytes: 80_000 },
    { name: "door", camera: "lost", captureFps: 0, encodeMsP50: null, frameBytes: null },
  ]);
  assert.deepEqual(first.guests.map(({ peer, sentFps }) => [peer, sentFps]), [
    ["one", 15],
    ["late", 2],
  ]);

  await time.advance(1000);
  guests = [guest("late", 14), guest("new", 5)];
  const second = report.take();
  assert.deepEqual([second.timeSec, second.captureFps, second.encodeMsP50], [3, 0, null]);
  assert.deepEqual(second.guests.map(({ peer, sentFps }) => [peer, sentFps]), [
    ["late", 10],
    ["new", 5],
  ]);
});

Deno.test("HostReport.take() tells guests apart that come by one connection", async () => {
  using time = new FakeTime();
  const [one, other] = [{}, {}];
  let sent = [1000, 30];
  const report = new HostReport([cameraOf("desk", { camera: "live" })]);
  report.include({
    guests: () => [guest("a:1 (stream)", sent[0]!, one), guest("a:1 (stream)", sent[1]!, other)],
  });
  await time.advance(1000);
  report.take();
  await time.advance(1000);
  sent = [1030, 45];
  const { guests } = report.take();
  assert.deepEqual(guests.map(({ sentFps }) => sentFps), [30, 15]);
  assert.ok(!Object.keys(guests[0]!).includes("identity"), "it is nobody else's business");
});

Deno.test("HostReport.take() knows no figures of a camera that nobody wants", async () => {
  using time = new FakeTime();
  const report = new HostReport([cameraOf("desk", { camera: "idle" })]);
  await time.advance(1000);
  const stats = report.take();
  const { frameBytes, guests } = stats;
  assert.deepEqual({ camera: stats.camera, frameBytes, guests }, {
    camera: "idle",
    frameBytes: null,
    guests: [],
  });
});
