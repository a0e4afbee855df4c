import assert from "node:assert/strict";
import { HeadlessViewer } from "../../lib/display/headless_viewer.ts";
import { type Picture, UNKNOWN_TIME } from "../../lib/guest/picture.ts";
import { ViewFigures } from "../../lib/guest/view_figures.ts";

const NOW_MICROS = 100_000_000;

/** The figures of a viewer that has taken one picture of this time, at {@linkcode NOW_MICROS}. */
function viewed(capturedAtMicros: number | undefined, maxAgeMs: number): ViewFigures {
  let released = 0;
  const viewer = new HeadlessViewer({ now: () => NOW_MICROS, maxAgeMs });
  viewer.offer({ capturedAtMicros, release: () => released++ } as unknown as Picture);
  assert.deepEqual([released, viewer.shown], [1, 0]);
  return viewer.figures;
}

Deno.test("HeadlessViewer knows a picture's age, and counts it when it is too old", () => {
  for (const [maxAgeMs, stale] of [[1000, 1], [3000, 0], [0, 0]] as const) {
    const figures = viewed(NOW_MICROS - 2_000_000, maxAgeMs);
    assert.equal(figures.pictureAgeMs, 2000);
    assert.equal(figures.stale, stale);
    assert.equal(figures.ageMs.take()?.max, 2000);
    assert.equal(figures.handOverAgeMs.take()?.max, 2000);
  }
});

Deno.test("HeadlessViewer has no age of a picture of unknown time, which is never fresh", () => {
  for (const [maxAgeMs, stale] of [[1, 1], [86_400_000, 1], [0, 0]] as const) {
    const figures = viewed(UNKNOWN_TIME, maxAgeMs);
    assert.equal(figures.pictureAgeMs, undefined);
    assert.equal(figures.stale, stale);
    assert.equal(figures.ageMs.take(), undefined);
    assert.equal(figures.handOverAgeMs.take(), undefined);
  }
});

Deno.test("HeadlessViewer takes a picture whose host tells no time for what it is", () => {
  const figures = viewed(undefined, 1);
  assert.equal(figures.pictureAgeMs, undefined);
  assert.equal(figures.stale, 0);
  assert.equal(figures.ageMs.take(), undefined);
});

Deno.test("ViewFigures.pictureAgeMs grows while no picture comes, also where the host tells no time", () => {
  let nowMicros = NOW_MICROS;
  const figures = new ViewFigures({ now: () => nowMicros, maxAgeMs: 1000 });
  assert.equal(figures.pictureAgeMs, undefined, "there is none yet");
  figures.handedOver(undefined, NOW_MICROS);
  figures.onScreen(NOW_MICROS);
  nowMicros += 900_000;
  assert.deepEqual([figures.pictureAgeMs, figures.isStaleAt(nowMicros)], [undefined, false]);
  nowMicros += 900_000;
  assert.deepEqual([figures.pictureAgeMs, figures.isStaleAt(nowMicros)], [1800, true]);
  figures.handedOver(NOW_MICROS, nowMicros);
  assert.deepEqual([figures.pictureAgeMs, figures.stale], [1800, 1]);
});
