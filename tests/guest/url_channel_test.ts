import assert from "node:assert/strict";
import "../support/bridge.ts";
import { UrlChannel } from "../../lib/guest/url_channel.ts";
import { sendParts, STREAM } from "../camera/http/support.ts";
import { FakeCamera } from "../support/fake_camera.ts";
import { until } from "../support/until.ts";
import { FEED_SETTINGS } from "./hosts_stage.ts";

Deno.test("UrlChannel counts how often a camera came back, and not the reasons why it was away", async () => {
  let isAway = false;
  await using camera = FakeCamera.start(async (request) => {
    if (isAway) return await request.write(`HTTP/1.1 ${400 + request.number} Away\r\n\r\n`);
    await request.write(STREAM);
    await sendParts(request, [1, 2]);
    isAway = true;
  });
  const reasons = new Set<string>();
  const channel = new UrlChannel(camera.url(), FEED_SETTINGS, (event) => {
    if (event.kind === "link" && event.link.state === "lost") reasons.add(event.link.why);
  });
  const stop = new AbortController();
  const running = channel.run(stop.signal);
  await until("two reasons", () => reasons.size === 2);
  assert.equal(channel.counts.reconnects, 0);
  isAway = false;
  await until("the camera", () => channel.link.state === "live");
  assert.equal(channel.counts.reconnects, 1);
  stop.abort();
  await running;
});

Deno.test("UrlChannel.run() ends when it is stopped before its source is made", async () => {
  const stop = new AbortController();
  // It would end by itself with the first picture.
  const channel = new UrlChannel("test", { ...FEED_SETTINGS, frames: 1 }, () => {});
  const running = channel.run(stop.signal);
  stop.abort();
  await running;
  assert.equal(channel.counts.received, 0);
});
