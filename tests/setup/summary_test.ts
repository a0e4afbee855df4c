import assert from "node:assert/strict";
import { type GuestReport, parseGuestStats, summarise } from "../../lib/setup/summary.ts";

function report(changes: Partial<GuestReport>): GuestReport {
  return {
    timeSec: 1,
    received: 30,
    receivedFps: 30,
    damaged: 0,
    ageMsP50: 5,
    ageMsP99: 8,
    ageMsMax: 9,
    ...changes,
  };
}

Deno.test("parseGuestStats() takes the guest's reports and no other line", () => {
  const stats = { program: "guest", ...report({ timeSec: 3 }) };
  assert.deepEqual(parseGuestStats(JSON.stringify(stats)), stats);
  assert.equal(parseGuestStats("guest: connected"), undefined);
  assert.equal(parseGuestStats('{"program":"host","timeSec":1}'), undefined);
});

Deno.test("summarise() is undefined when no picture came", () => {
  assert.equal(summarise([]), undefined);
  assert.equal(summarise([report({ received: 0, receivedFps: 0 })]), undefined);
});

Deno.test("summarise() tells typical and oldest, and leaves the first second out", () => {
  assert.equal(
    summarise([
      report({ received: 3, receivedFps: 3, ageMsP50: 300, ageMsP99: 400, ageMsMax: 500 }),
      report({ received: 33, receivedFps: 30.04, ageMsP50: 5.12, ageMsP99: 11.26 }),
      report({ received: 62, receivedFps: 29, ageMsP50: 7, ageMsP99: 8, ageMsMax: 40 }),
      report({ received: 93, receivedFps: 31, ageMsP50: 4, ageMsP99: 9, timeSec: 10.2 }),
    ]),
    "93 pictures came from the host in 10 s, 30.0 a second, none damaged. From capture to " +
      "hand-over a picture was 5.1 ms old; in a typical second 99 of 100 were younger than " +
      "9.0 ms; the oldest of all was 40.0 ms old.",
  );
});

Deno.test("summarise() counts damaged pictures and does without an age", () => {
  assert.equal(
    summarise([report({ damaged: 2, ageMsP50: null, ageMsP99: null, ageMsMax: null })]),
    "30 pictures came from the host in 1 s, 30.0 a second, 2 of them damaged.",
  );
});
