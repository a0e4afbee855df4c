import assert from "node:assert/strict";
import { HeadlessViewer } from "../../lib/display/headless_viewer.ts";
import { type Picture, type PictureFeed, UNKNOWN_TIME } from "../../lib/guest/picture.ts";
import { LatestSlot } from "../../lib/flow/latest_slot.ts";

const NOW_MICROS = 100_000_000;

/** A viewer that has taken one picture of this time, at {@linkcode NOW_MICROS}. */
async function viewed(
  capturedAtMicros: number | undefined,
  maxAgeMs: number,
): Promise<HeadlessViewer> {
  let released = 0;
  const slot = new LatestSlot<Picture>();
  slot.put({ capturedAtMicros, release: () => released++ } as unknown as Picture);
  slot.finish();
  const feed = { next: () => slot.next() } as unknown as PictureFeed;
  const viewer = new HeadlessViewer(feed, () => NOW_MICROS, { maxAgeMs });
  await viewer.run();
  assert.equal(released, 1);
  return viewer;
}

Deno.test("HeadlessViewer tells a picture's age, and counts it when it is too old", async () => {
  for (const [maxAgeMs, stale] of [[1000, 1], [3000, 0], [0, 0]] as const) {
    const viewer = await viewed(NOW_MICROS - 2_000_000, maxAgeMs);
    assert.equal(viewer.pictureAgeMs, 2000);
    assert.equal(viewer.stale, stale);
    assert.equal(viewer.ageMs.take()?.max, 2000);
    assert.equal(viewer.handOverAgeMs.take()?.max, 2000);
  }
});

Deno.test("HeadlessViewer has no age of a picture of unknown time, which is never fresh", async () => {
  for (const [maxAgeMs, stale] of [[1, 1], [86_400_000, 1], [0, 0]] as const) {
    const viewer = await viewed(UNKNOWN_TIME, maxAgeMs);
    assert.equal(viewer.pictureAgeMs, undefined);
    assert.equal(viewer.stale, stale);
    assert.equal(viewer.ageMs.take(), undefined);
    assert.equal(viewer.handOverAgeMs.take(), undefined);
  }
});

Deno.test("HeadlessViewer takes a picture whose host tells no time for what it is", async () => {
  const viewer = await viewed(undefined, 1);
  assert.equal(viewer.pictureAgeMs, undefined);
  assert.equal(viewer.stale, 0);
  assert.equal(viewer.ageMs.take(), undefined);
});
