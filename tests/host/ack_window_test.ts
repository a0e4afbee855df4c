import assert from "node:assert/strict";
import fc from "fast-check";
import {
  AckWindow,
  MAX_WINDOW_FRAMES,
  MIN_WINDOW_FRAMES,
  ROUND_TRIP_MEMORY_MICROS,
  TRUSTED_ROUND_TRIPS,
} from "../../lib/host/ack_window.ts";
import { captureVideoError } from "../support/errors.ts";

function frame(sequence: number, bytes = 1000) {
  return { sequence, rendition: "full", bytes, sentAtMicros: 0 } as const;
}

/** A window whose smallest round trip is this, on a link that takes so long for a frame. */
function windowAfter(roundTripMicros: number, fps = 30, linkMicros = 0): AckWindow {
  const window = new AckWindow({ fps });
  for (let times = 0; times < TRUSTED_ROUND_TRIPS; times++) window.measured(roundTripMicros, 0);
  for (const sequence of [1, 2]) window.sent(frame(sequence));
  window.acknowledged(1, 1000);
  window.acknowledged(2, 1000 + linkMicros);
  return window;
}

Deno.test("AckWindow.size is 1 + ceil(fps × round trip), in bounds", () => {
  assert.equal(new AckWindow({ fps: 30 }).size, MIN_WINDOW_FRAMES);
  assert.equal(windowAfter(100).size, 2);
  assert.equal(windowAfter(33_333).size, 2);
  assert.equal(windowAfter(33_334).size, 3);
  assert.equal(windowAfter(100_000).size, 4);
  assert.equal(windowAfter(100_000, 60).size, 7);
  assert.equal(windowAfter(3_600_000_000).size, MAX_WINDOW_FRAMES);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1000 }),
      fc.nat(1_000_000_000),
      (fps, micros) => {
        const { size } = windowAfter(micros, fps);
        assert.ok(size >= MIN_WINDOW_FRAMES && size <= MAX_WINDOW_FRAMES);
        const filled = 1 + fps * micros / 1e6;
        assert.ok(size === MAX_WINDOW_FRAMES || size >= filled, "the link would idle");
        assert.ok(size === MIN_WINDOW_FRAMES || size < filled + 1, "frames would queue");
      },
    ),
  );
});

Deno.test("AckWindow.size follows the link where that is slower than the source", () => {
  assert.equal(windowAfter(100_000, 30, 33_000).size, 4);
  assert.equal(windowAfter(100_000, 30, 50_000).size, 3);
  assert.equal(windowAfter(100_000, 30, 100_000).size, 2);
  assert.equal(windowAfter(100_001, 30, 100_000).size, 3);
});

Deno.test("AckWindow.size is the least until the link is known, whatever the round trip", () => {
  const window = new AckWindow({ fps: 30 });
  for (let times = 0; times < TRUSTED_ROUND_TRIPS; times++) window.measured(1_000_000, 0);
  assert.equal(window.size, MIN_WINDOW_FRAMES);
  // Alone on its way, a frame does not tell what the link takes and what the way takes.
  window.sent(frame(1));
  window.acknowledged(1, 1_100_000);
  window.sent({ ...frame(2), sentAtMicros: 1_200_000 });
  window.acknowledged(2, 2_300_000);
  assert.equal(window.size, MIN_WINDOW_FRAMES);
});

Deno.test("AckWindow.size does not follow a round trip that was measured but once or twice", () => {
  const window = new AckWindow({ fps: 30 });
  for (const sequence of [1, 2]) window.sent(frame(sequence));
  window.acknowledged(1, 1000);
  window.acknowledged(2, 2000);
  for (let times = 1; times < TRUSTED_ROUND_TRIPS; times++) {
    window.measured(200_000, 0);
    assert.deepEqual([window.minRoundTripMicros, window.size], [200_000, MIN_WINDOW_FRAMES]);
  }
  window.measured(300_000, 0);
  assert.equal(window.size, 7);
});

Deno.test("AckWindow.size is not misled by acknowledgements that were held up and come at once", () => {
  const window = windowAfter(150_000, 30, 75_000);
  let now = 1e6;
  for (let sequence = 1; sequence <= 100; sequence++) {
    window.sent({ ...frame(sequence), sentAtMicros: now - 1 });
    const isHeldUp = sequence % 10 === 8;
    now += isHeldUp ? 150_000 : sequence % 10 === 9 ? 0 : 75_000;
    window.acknowledged(sequence, now);
    assert.equal(window.size, 3, `after ${sequence} frames`);
  }
});

Deno.test("AckWindow.minRoundTripMicros is the smallest of the last 30 s", () => {
  assert.equal(new AckWindow({ fps: 30 }).minRoundTripMicros, undefined);
  const window = windowAfter(100_000);
  window.measured(5000, 1_000_000);
  window.measured(70_000, 2_000_000);
  assert.deepEqual([window.minRoundTripMicros, window.size], [5000, 2]);
  window.measured(90_000, 1_000_000 + ROUND_TRIP_MEMORY_MICROS);
  assert.deepEqual([window.minRoundTripMicros, window.size], [70_000, 4]);
});

Deno.test("AckWindow.open is false while as many frames as its size are under way", () => {
  const window = windowAfter(100_000);
  for (let sequence = 1; sequence <= 4; sequence++) {
    assert.ok(window.open);
    window.sent(frame(sequence));
  }
  assert.deepEqual([window.open, window.inFlight], [false, 4]);
  window.acknowledged(1, 2000);
  assert.deepEqual([window.open, window.inFlight], [true, 3]);
});

Deno.test("AckWindow.acknowledged() gives the frames back in their order", () => {
  const window = new AckWindow({ fps: 30 });
  // The host's numbers skip what this guest was not sent, and begin anew after 2³² - 1.
  for (const sequence of [7, 9, 2 ** 32 - 1, 0]) window.sent(frame(sequence));
  for (const sequence of [7, 9, 2 ** 32 - 1, 0]) {
    assert.deepEqual(window.acknowledged(sequence, 0), frame(sequence));
  }
  assert.equal(window.inFlight, 0);
});

Deno.test("AckWindow.acknowledged() refuses any frame but the next one under way", () => {
  const window = new AckWindow({ fps: 30 });
  const refuses = (sequence: number, words: RegExp) =>
    assert.throws(() => window.acknowledged(sequence, 0), captureVideoError("protocol", words));
  refuses(1, /^Cannot accept ACK 1: no frame is under way$/);
  window.sent(frame(5));
  window.sent(frame(6));
  refuses(6, /^Cannot accept ACK 6: frame 5 is the next to be acknowledged$/);
  refuses(4, /^Cannot accept ACK 4: frame 5 is the next/);
  window.acknowledged(5, 0);
  refuses(5, /^Cannot accept ACK 5: frame 6 is the next/);
  assert.equal(window.inFlight, 1);
});

Deno.test("AckWindow.admits() holds a small frame back behind large ones that take long", () => {
  const window = new AckWindow({ fps: 30 });
  assert.ok(window.admits(10_000));
  window.sent(frame(1, 200_000));
  assert.ok(window.open);
  assert.equal(window.admits(10_000), false);
  assert.ok(window.admits(190_000));
  window.acknowledged(1, 0);
  assert.ok(window.admits(10_000));
});

Deno.test("AckWindow.admits() a frame behind others that are longer by a tenth, and no more", () => {
  for (const [before, isAdmitted] of [[1100, true], [1101, false]] as const) {
    const window = new AckWindow({ fps: 30 });
    window.sent(frame(1, before));
    assert.equal(window.admits(1000), isAdmitted, `behind ${before} bytes`);
  }
  const wide = windowAfter(66_000);
  wide.sent(frame(3, 1100));
  wide.sent(frame(4, 1100));
  assert.deepEqual([wide.size, wide.admits(1000), wide.admits(999)], [3, true, false]);
});

Deno.test("AckWindow.admits() lets an empty window take a frame of any length", () => {
  fc.assert(fc.property(fc.nat(), fc.nat(), (before, bytes) => {
    const window = new AckWindow({ fps: 30 });
    window.sent(frame(1, before));
    window.acknowledged(1, 0);
    assert.ok(window.admits(bytes));
  }));
});
