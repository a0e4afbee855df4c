import assert from "node:assert/strict";
import fc from "fast-check";
import {
  Adaptation,
  ENOUGH_SHARE,
  LONGEST_PATIENCE_MICROS,
  TOO_SMALL_SHARE,
} from "../../lib/host/adaptation.ts";
import { type Rendition, RENDITIONS_OF_VIEW } from "../../lib/channel/rendition.ts";
import { type Course, type Outcome, play } from "./simulated_link.ts";

const BYTES: Record<Rendition, number> = {
  full: 75_000,
  light: 42_000,
  half: 25_000,
  small: 17_000,
  quarter: 6_000,
};

function course(changes: Partial<Course>): Course {
  return {
    seconds: 30,
    fps: 30,
    bytes: (rendition) => BYTES[rendition],
    megabitsPerSec: () => 100,
    roundTripMs: 2,
    ...changes,
  };
}

function names({ steps }: Outcome): Rendition[] {
  return steps.map(({ rendition }) => rendition);
}

/** What a guest that shows the whole picture might get instead. */
function betterThan(rendition: Rendition): Rendition[] {
  const choices: readonly Rendition[] = RENDITIONS_OF_VIEW.full;
  return choices.slice(0, choices.indexOf(rendition));
}

/** The pictures per second that arrived from one second to before another. */
function rate({ arrivedPerSecond }: Outcome, from: number, to = arrivedPerSecond.length): number {
  return arrivedPerSecond.slice(from, to).reduce((sum, count) => sum + count, 0) / (to - from);
}

Deno.test("Adaptation leaves a guest with the full pictures that its link carries", () => {
  for (const roundTripMs of [0.1, 20, 150, 400]) {
    const outcome = play(course({ roundTripMs, megabitsPerSec: () => 30 }));
    assert.deepEqual(names(outcome), ["full"], `round trip ${roundTripMs} ms`);
    assert.ok(rate(outcome, 1) > 29.9);
  }
});

Deno.test("Adaptation keeps full pictures where nine of ten get through", () => {
  const outcome = play(course({ megabitsPerSec: () => 16 }));
  assert.deepEqual(names(outcome), ["full"]);
  assert.ok(rate(outcome, 1) < 27.5 && rate(outcome, 1) > 26);
});

Deno.test("Adaptation takes the light pictures where they fit and the full ones do not", () => {
  const outcome = play(course({ megabitsPerSec: () => 10 }));
  assert.deepEqual(names(outcome), ["full", "light"]);
  assert.ok(outcome.steps[1]!.second < 2.5);
  assert.ok(rate(outcome, 4) > 29);
});

Deno.test("Adaptation goes to the small pictures at once where the light ones do not fit", () => {
  const outcome = play(course({ megabitsPerSec: () => 4 }));
  assert.deepEqual(names(outcome), ["full", "small"]);
  assert.ok(outcome.steps[1]!.second < 3);
  assert.ok(rate(outcome, 5) > 29);
});

Deno.test("Adaptation takes the small pictures where even they do not all fit", () => {
  const outcome = play(course({ megabitsPerSec: () => 1 }));
  assert.deepEqual(names(outcome), ["full", "small"]);
});

Deno.test("Adaptation follows a link down and up again, one step at a time", () => {
  const outcome = play(course({
    seconds: 60,
    megabitsPerSec: (second) => second < 10 || second > 30 ? 100 : 4,
  }));
  assert.deepEqual(names(outcome), ["full", "small", "light", "full"]);
  const [, small, light, full] = outcome.steps.map(({ second }) => second);
  assert.ok(small! > 10 && small! < 13, `small at ${small} s`);
  assert.ok(light! > 30 && light! < 35, `light at ${light} s`);
  assert.ok(full! > 33 && full! < 40, `full at ${full} s`);
});

Deno.test("Adaptation learns how large the renditions are, and does not try twice in vain", () => {
  // The light pictures are much larger than assumed, so the first attempt fails.
  const outcome = play(course({
    seconds: 120,
    megabitsPerSec: () => 8,
    bytes: (rendition) => ({ ...BYTES, light: 70_000 })[rendition],
  }));
  assert.ok(outcome.steps.length <= 4, `${names(outcome)}`);
  assert.equal(outcome.steps.at(-1)?.rendition, "small");
});

Deno.test("Adaptation waits longer and longer where attempts fail for a reason it cannot see", () => {
  // A limiter that lets short pictures through and not long ones: the measured rate deceives.
  const adaptation = new Adaptation();
  let waitedMicros = 0;
  let now = 0;
  const waits: number[] = [];
  for (; now < 1800e6; now += 33_333) {
    const { rendition } = adaptation;
    const chokes = rendition !== "small";
    for (let n = 0; n < 5; n++) adaptation.offered({ skipsAnother: chokes });
    const sentAtMicros = now - (chokes ? 100_000 : 1000);
    adaptation.delivered(
      { rendition, bytes: BYTES[rendition], sentAtMicros },
      { arrivedAtMicros: now, roundTripMicros: 0 },
    );
    if (rendition === "small") waitedMicros += 33_333;
    if (rendition === "small" && adaptation.rendition !== "small") {
      waits.push(waitedMicros);
      waitedMicros = 0;
    }
  }
  assert.ok(waits.length >= 6, `${waits.length} attempts`);
  for (const [index, wait] of waits.entries()) {
    const before = waits[index - 1];
    if (before === undefined) continue;
    assert.ok(
      wait > 1.5 * before || wait >= LONGEST_PATIENCE_MICROS,
      `attempt ${index} after ${wait / 1e6} s, the one before after ${before / 1e6} s`,
    );
  }
  assert.ok(waits.at(-1)! >= LONGEST_PATIENCE_MICROS);
});

Deno.test("Adaptation judges nothing while nothing arrives, and recovers after a standstill", () => {
  const outcome = play(course({
    seconds: 60,
    megabitsPerSec: (second) => second > 10 && second < 25 ? 0 : 100,
  }));
  const during = outcome.steps.filter(({ second }) => second > 10 && second < 25);
  assert.deepEqual(during, []);
  assert.equal(outcome.steps.at(-1)?.rendition, "full");
  assert.ok(outcome.steps.at(-1)!.second < 40);
});

Deno.test("Adaptation follows pictures that grow and shrink", () => {
  const outcome = play(course({
    seconds: 90,
    megabitsPerSec: () => 10,
    // An empty wall, then a crowd, then the wall again.
    bytes: (rendition, second) => BYTES[rendition] * (second > 30 && second < 60 ? 1 : 0.3),
  }));
  assert.deepEqual(names(outcome), ["full", "light", "full"]);
});

Deno.test("Adaptation judges no rendition by pictures that were sent as another", () => {
  const adaptation = new Adaptation();
  let now = 0;
  /** A tenth of a second passes, and a full picture arrives that was under way for 60 ms. */
  const step = (skipsAnother: boolean) => {
    now += 100_000;
    adaptation.offered({ skipsAnother });
    adaptation.delivered(
      { rendition: "full", bytes: BYTES.full, sentAtMicros: now - 60_000 },
      { arrivedAtMicros: now, roundTripMicros: 0 },
    );
  };
  for (let steps = 0; adaptation.rendition === "full" && steps < 100; steps++) {
    step(steps % 2 === 0);
  }
  assert.equal(adaptation.rendition, "light");
  for (let steps = 0; steps < 100; steps++) step(true);
  assert.equal(adaptation.rendition, "light");
});

Deno.test("Adaptation judges a slow source by its own rate", () => {
  for (const fps of [1, 5]) {
    const outcome = play(course({ seconds: 60, fps, megabitsPerSec: () => 4 }));
    assert.deepEqual(names(outcome), ["full"], `${fps} frames/s`);
  }
});

Deno.test("Adaptation settles on any steady link, neither chokes it nor leaves far more than enough unused", () => {
  fc.assert(
    fc.property(
      fc.record({
        megabits: fc.double({ min: 0.3, max: 60, noNaN: true }),
        fps: fc.constantFrom(10, 15, 25, 30, 60),
        roundTripMs: fc.constantFrom(0.2, 5, 30, 120),
        lightShare: fc.double({ min: 0.3, max: 0.9, noNaN: true }),
        smallShare: fc.double({ min: 0.1, max: 0.7, noNaN: true }),
      }),
      ({ megabits, fps, roundTripMs, lightShare, smallShare }) => {
        const bytes: Record<Rendition, number> = {
          ...BYTES,
          light: 75_000 * lightShare,
          small: 75_000 * lightShare * smallShare,
        };
        const outcome = play(course({
          seconds: 60,
          fps,
          roundTripMs,
          megabitsPerSec: () => megabits,
          bytes: (rendition) => bytes[rendition],
        }));
        const carries = (rendition: Rendition) => megabits * 1e6 / 8 / bytes[rendition] / fps;
        const last = outcome.steps.at(-1)!;
        assert.ok(outcome.steps.length <= 6, `it flaps: ${JSON.stringify(outcome.steps)}`);
        if (last.rendition !== "small") {
          assert.ok(carries(last.rendition) > TOO_SMALL_SHARE * 0.9, `${last.rendition} chokes`);
        }
        for (const better of betterThan(last.rendition)) {
          // What carries far more than enough may not be left unused.
          assert.ok(carries(better) < ENOUGH_SHARE * 1.8, `${better} would fit`);
        }
      },
    ),
    { numRuns: 200, seed: 20_260_101 },
  );
});

Deno.test("Adaptation.shows() gives a guest what it shows, and no more than its link carries", () => {
  const adaptation = new Adaptation();
  let now = 0;
  /** Two seconds in which this share of the pictures gets through. */
  const pass = (share: number) => {
    for (const end = now + 2e6; now < end; now += 33_333) {
      const { rendition } = adaptation;
      const skipsAnother = (now / 33_333) % 10 >= share * 10;
      adaptation.offered({ skipsAnother });
      if (skipsAnother) continue;
      const picture = { rendition, bytes: BYTES[rendition], sentAtMicros: now - 30_000 };
      adaptation.delivered(picture, { arrivedAtMicros: now, roundTripMicros: 0 });
    }
  };
  const seen: Rendition[] = [];
  for (const view of ["half", "quarter", "full", "half"] as const) {
    adaptation.shows(view);
    seen.push(adaptation.rendition);
  }
  assert.deepEqual(seen, ["half", "quarter", "full", "half"]);
  pass(1);
  assert.equal(adaptation.rendition, "half");
  pass(0.4);
  assert.equal(adaptation.rendition, "small", "less than was shown, for a narrow link");
  adaptation.shows("full");
  assert.equal(adaptation.rendition, "small", "what did not fit before is not tried at once");
  adaptation.shows("quarter");
  assert.equal(adaptation.rendition, "quarter");
  pass(0.4);
  assert.equal(adaptation.rendition, "quarter", "there is nothing smaller");
});
