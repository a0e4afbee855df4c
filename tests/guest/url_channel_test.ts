import assert from "node:assert/strict";
import { UrlChannel } from "../../lib/guest/url_channel.ts";
import { sendParts, STREAM } from "../camera/http/support.ts";
import { FakeCamera } from "../support/fake_camera.ts";
import { until } from "../support/until.ts";

Deno.test("UrlChannel counts how often a camera came back, and not the reasons why it was away", async () => {
  let isAway = false;
  await using camera = FakeCamera.start(async (request) => {
    if (isAway) return await request.write(`HTTP/1.1 ${400 + request.number} Away\r\n\r\n`);
    await request.write(STREAM);
    await sendParts(request, [1, 2]);
    isAway = true;
  });
  const reasons = new Set<string>();
  const settings = { timeoutSeconds: 60, maxFps: undefined, reconnect: true, frames: undefined };
  const channel = new UrlChannel(camera.url(), settings, (event) => {
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
