import assert from "node:assert/strict";
import type { GuestStats } from "../../lib/cli/stats.ts";
import { summarise } from "../../lib/setup/try.ts";

const REPORT: GuestStats = {
  program: "guest",
  timeSec: 10.1,
  state: "live",
  receivedFps: 30,
  shownFps: 30,
  received: 303,
  shown: 303,
  replaced: 0,
  damaged: 0,
  omitted: 0,
  stale: 0,
  pictureAgeMs: null,
  ageMsP50: 5.12,
  ageMsP99: 9,
  ageMsMax: 40,
  handOverAgeMsP50: null,
  handOverAgeMsP99: null,
  megabitsPerSec: 10,
  reconnects: 0,
};

Deno.test("summarise() is undefined when no picture came", () => {
  assert.equal(summarise({ ...REPORT, received: 0 }), undefined);
});

Deno.test("summarise() gives the rate of all, and the ages of the second it is given", () => {
  const sentence = "303 pictures came from the host in 10 s, 30.0 a second, none damaged.";
  assert.equal(
    summarise(REPORT),
    `${sentence} From capture to hand-over a picture was 5.1 ms old; in the last second 99 of ` +
      "100 were younger than 9.0 ms, and the oldest was 40.0 ms old.",
  );
  assert.match(summarise(REPORT, { ...REPORT, ageMsP50: 7 })!, / a picture was 7\.0 ms old; /);
  assert.equal(summarise(REPORT, { ...REPORT, ageMsP50: null }), sentence);
});

Deno.test("summarise() counts damaged pictures", () => {
  assert.match(summarise({ ...REPORT, damaged: 2 })!, / 30\.0 a second, 2 of them damaged\./);
});
