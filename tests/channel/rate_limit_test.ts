import assert from "node:assert/strict";
import fc from "fast-check";
import { RateLimit } from "../../lib/channel/rate_limit.ts";

const SECONDS = 10;
const RATES = [1, 2.5, 7, 10, 12.5, 15, 20, 23.976, 24, 25, 29, 29.97, 30, 31, 45, 59, 60, 1000];

/** The times of a camera's pictures, in microseconds; `shift` moves one by a part of its interval. */
function pictures(fps: number, shift: (n: number) => number = () => 0): number[] {
  const times = Array.from({ length: SECONDS * fps }, (_, n) => (n + shift(n)) * 1e6 / fps);
  return times.sort((a, b) => a - b);
}

/** The places of the pictures that are taken. */
function taken(maxFps: number, times: readonly number[]): number[] {
  const limit = new RateLimit(maxFps);
  return times.map((_, n) => n).filter((n) => limit.take(times[n]!));
}

/** The number of pictures is what was asked for, to within 2 % or the one at an end. */
function assertRate(count: number, requestedFps: number): void {
  const requested = SECONDS * requestedFps;
  const off = Math.abs(count - requested);
  assert.ok(off <= Math.max(1, requested * 0.02), `${count} of ${requested}`);
}

for (const fps of [15, 24, 30, 60]) {
  Deno.test(`RateLimit keeps any rate at ${fps} frames/s, evenly spread`, () => {
    for (const maxFps of RATES) {
      const places = taken(maxFps, pictures(fps));
      assertRate(places.length, Math.min(fps, maxFps));
      const every = Math.max(1, fps / maxFps);
      for (let n = 1; n < places.length; n++) {
        const gap = places[n]! - places[n - 1]!;
        assert.ok(gap >= Math.floor(every) && gap <= Math.ceil(every), `${maxFps}: ${gap}`);
      }
    }
  });
}

Deno.test("RateLimit keeps the rate whatever the camera's times vary by", () => {
  const shift = fc.double({ min: -0.45, max: 0.45, noNaN: true });
  const shifts = fc.array(shift, { minLength: SECONDS * 30, maxLength: SECONDS * 30 });
  fc.assert(fc.property(shifts, fc.constantFrom(...RATES), (shifts, maxFps) => {
    const times = pictures(30, (n) => shifts[n]!);
    assertRate(taken(maxFps, times).length, Math.min(30, maxFps));
  }));
});

Deno.test("RateLimit leaves all through of a camera that does not reach it", () => {
  // Two at a time, as some drivers deliver them.
  const inPairs = pictures(30, (n) => n % 2 === 0 ? 0.9 : 0);
  for (const maxFps of [31, 40, 60, 1e9]) assertRate(taken(maxFps, inPairs).length, 30);
});

Deno.test("RateLimit makes up for nothing after a pause", () => {
  for (const maxFps of [0.2, 1, 7, 15, 20]) {
    const before = pictures(30);
    const pauseMicros = before.at(-1)! + 3_600_000_000;
    const after = pictures(30).map((micros) => micros + pauseMicros);
    const places = taken(maxFps, [...before, ...after]).filter((n) => n >= before.length);
    assertRate(places.length, maxFps);
    const inFirstSecond = places.filter((n) => n < before.length + 30).length;
    assert.ok(inFirstSecond <= Math.ceil(maxFps), `${inFirstSecond} in the first second`);
  }
});

Deno.test("RateLimit follows a camera that changes its rate", () => {
  const slow = pictures(10);
  const fast = pictures(60).map((micros) => micros + SECONDS * 1e6);
  const slowAgain = slow.map((micros) => micros + 2 * SECONDS * 1e6);
  const places = taken(20, [...slow, ...fast, ...slowAgain]);
  const from = (first: number, count: number) =>
    places.filter((n) => n >= first && n < first + count).length;
  assertRate(from(0, slow.length), 10);
  assertRate(from(slow.length, fast.length), 20);
  assertRate(from(slow.length + fast.length, slowAgain.length), 10);
});

Deno.test("RateLimit keeps the rate when times go backwards, or one of them is a nonsense", () => {
  const seen = pictures(30).map((micros) => micros + 86_400e6);
  const steppedBack = [-300_000, -600_000, -3_600e6].map((step) => {
    return [...seen, ...seen.map((micros) => micros + SECONDS * 1e6 + step)];
  });
  // A picture of which nobody knows the time is as old as the clock itself.
  const unknown = [[...seen, 0, ...seen.map((micros) => micros + SECONDS * 1e6)], [0, ...seen]];
  for (const times of [...steppedBack, ...unknown]) {
    const places = taken(20, times);
    assertRate(places.filter((n) => n >= times.length - seen.length).length, 20);
  }
});

Deno.test("RateLimit.isDue() changes nothing, however often it is asked", () => {
  const times = pictures(30);
  const limit = new RateLimit(7);
  const asked = times.filter((micros) => {
    const answers = [limit.isDue(micros), limit.isDue(micros), limit.isDue(micros)];
    assert.equal(new Set(answers).size, 1);
    return limit.take(micros);
  });
  assert.equal(asked.length, taken(7, times).length);
});
