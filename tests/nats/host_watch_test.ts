import assert from "node:assert/strict";
import { HostWatch } from "../../lib/nats/host_watch.ts";
import type { NatsState } from "../../lib/nats/state.ts";

const STATE: NatsState = {
  welcome: {
    type: "welcome",
    version: 1,
    host: "studio",
    source: { description: "test pattern", width: 640, height: 360, fps: 30, format: "mjpg" },
  },
  status: { type: "status", camera: "lost", why: "it was unplugged" },
  run: "b6f0",
  clockToUnixMicros: 0,
};

Deno.test("HostWatch tells how the camera is once, and again on each connection", () => {
  const told: string[] = [];
  const watch = new HostWatch({
    timeoutMicros: 1e6,
    now: () => 0,
    onEvent: ({ type }) => void told.push(type),
  });
  for (let connection = 0; connection < 2; connection++) {
    watch.begin();
    for (let second = 0; second < 3; second++) {
      watch.heard();
      watch.state(STATE);
    }
    assert.deepEqual(told.splice(0), ["answer", "welcome", "status"]);
  }
});
