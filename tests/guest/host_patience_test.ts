import assert from "node:assert/strict";
import fc from "fast-check";
import { LONGEST_START_MICROS, PictureClock } from "../../lib/guest/host_patience.ts";
import { CAMERA_STATES } from "../protocol/all.ts";

Deno.test("PictureClock counts from the connection on, and anew from each picture", () => {
  const clock = new PictureClock(1000);
  assert.equal(clock.owedMicros(5000), 4000);
  clock.picture(6000);
  assert.equal(clock.owedMicros(6000), 0);
  assert.equal(clock.owedMicros(9000), 3000);
});

Deno.test("PictureClock waits for a camera that is lost, however long, and not for one that is live", () => {
  const clock = new PictureClock(0);
  clock.said("lost", 1000);
  assert.equal(clock.owedMicros(1e12), 1000);
  clock.said("live", 1e12);
  assert.equal(clock.owedMicros(1e12 + 2000), 3000);
});

Deno.test("PictureClock adds up the time in which a camera is called live, said how often ever", () => {
  const clock = new PictureClock(0);
  for (let second = 0; second < 20; second++) {
    clock.said(second % 2 === 0 ? "live" : "lost", second * 1e6);
  }
  assert.equal(clock.owedMicros(20e6), 10e6);
});

Deno.test("PictureClock lets a camera start for a minute in all", () => {
  const clock = new PictureClock(0);
  for (let said = 0; said < 2 * LONGEST_START_MICROS; said += 1e6) clock.said("starting", said);
  assert.equal(clock.owedMicros(LONGEST_START_MICROS + 5e6), LONGEST_START_MICROS - 1e6);
  clock.picture(3 * LONGEST_START_MICROS);
  assert.equal(clock.owedMicros(4 * LONGEST_START_MICROS), 0);
});

Deno.test("PictureClock.excuse() leaves out a time in which nobody listened", () => {
  const clock = new PictureClock(0);
  clock.excuse(3000);
  clock.said("live", 1000);
  assert.equal(clock.owedMicros(2000), 0);
  assert.equal(clock.owedMicros(5000), 2000);
});

Deno.test("PictureClock never owes less for what is said, but by a picture", () => {
  const words = fc.array(
    fc.record({ camera: fc.constantFrom(...CAMERA_STATES), micros: fc.nat(10_000_000) }),
  );
  fc.assert(fc.property(words, (words) => {
    const clock = new PictureClock(0);
    let nowMicros = 0;
    let owedMicros = 0;
    for (const { camera, micros } of words) {
      nowMicros += micros;
      clock.said(camera, nowMicros);
      assert.ok(clock.owedMicros(nowMicros) >= owedMicros);
      owedMicros = clock.owedMicros(nowMicros);
    }
    assert.ok(owedMicros <= nowMicros);
  }));
});
