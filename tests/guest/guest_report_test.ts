import assert from "node:assert/strict";
import { GuestReport } from "../../lib/guest/guest_report.ts";
import type { LinkState, ReceiverCounts } from "../../lib/guest/picture.ts";
import { ViewFigures } from "../../lib/guest/view_figures.ts";
import { FakeTime } from "../support/fake_time.ts";

function counts(changes: Partial<ReceiverCounts>): ReceiverCounts {
  const none = {
    received: 0,
    replaced: 0,
    damaged: 0,
    receivedBytes: 0,
    omitted: 0,
    reconnects: 0,
  };
  return { ...none, ...changes };
}

Deno.test("GuestReport.take() has rates since the last time, and counts since the start", async () => {
  using time = new FakeTime();
  const feed = {
    link: { state: "live", why: "" } as LinkState,
    counts: counts({}),
  };
  let nowMicros = 0;
  const viewer = { figures: new ViewFigures({ now: () => nowMicros, maxAgeMs: 20 }), shown: 0 };
  const report = new GuestReport(feed, viewer);
  assert.deepEqual([report.take().handOverAgeMsP50, report.take().pictureAgeMs], [null, null]);

  await time.advance(2000);
  feed.counts = counts({ received: 60, receivedBytes: 500_000 });
  viewer.shown = 50;
  for (const ms of [4, 5, 30]) {
    viewer.figures.handedOver(0, ms * 1000 - 1000);
    viewer.figures.onScreen(ms * 1000);
  }
  const first = report.take();
  assert.deepEqual(
    [first.timeSec, first.receivedFps, first.shownFps, first.megabitsPerSec],
    [2, 30, 25, 2],
  );
  assert.deepEqual([first.ageMsP50, first.ageMsP99, first.ageMsMax], [5, 30, 30]);
  assert.deepEqual([first.handOverAgeMsP50, first.handOverAgeMsP99, first.stale], [4, 29, 1]);

  await time.advance(1000);
  feed.counts = counts({
    received: 70,
    receivedBytes: 500_000,
    damaged: 2,
    omitted: 4,
    reconnects: 1,
  });
  feed.link = { state: "lost", why: "Cannot go on" };
  nowMicros = 900_000;
  const second = report.take();
  assert.deepEqual(
    [second.timeSec, second.receivedFps, second.shownFps, second.megabitsPerSec],
    [3, 10, 0, 0],
  );
  assert.deepEqual(
    [second.received, second.shown, second.damaged, second.omitted, second.reconnects],
    [70, 50, 2, 4, 1],
  );
  assert.deepEqual([second.state, second.ageMsP50, second.pictureAgeMs], ["lost", null, 900]);
});
