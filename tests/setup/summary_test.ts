import assert from "node:assert/strict";
import { summarise } from "../../lib/setup/summary.ts";

const REPORT = {
  timeSec: 10.1,
  received: 303,
  damaged: 0,
  ageMsP50: 5.12,
  ageMsP99: 9,
  ageMsMax: 40,
};

Deno.test("summarise() is undefined when no picture came", () => {
  assert.equal(summarise({ ...REPORT, received: 0 }), undefined);
});

Deno.test("summarise() tells the rate of all, and the ages of the second it is given", () => {
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
