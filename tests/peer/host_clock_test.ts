import assert from "node:assert/strict";
import fc from "fast-check";
import {
  CLOCK_MEMORY_MICROS,
  HostClock,
  MAX_AGE_ON_ARRIVAL_MICROS,
  MAX_DRIFT_MICROS,
} from "../../lib/peer/host_clock.ts";
import type { Exchange } from "../../lib/peer/heartbeat.ts";

interface Ways {
  /** What the host's clock is ahead. */
  offset: number;
  /** How long the PING takes. */
  there: number;
  /** How long the host takes to answer. */
  stay: number;
  /** How long the PONG takes. */
  back: number;
}

function exchange(t1: number, { offset, there, stay, back }: Ways): Exchange {
  const t2 = t1 + there + offset;
  const t3 = t2 + stay;
  return { t1, t2, t3, t4: t3 - offset + back, roundTripMicros: there + back };
}

/** Asserts by how much the host's clock is taken to be ahead. */
function assertOffset(clock: HostClock, offset: number): void {
  const nowMicros = 90_000_000;
  const captured = clock.captured({ capturedAtMicros: nowMicros - 1e6 + offset, nowMicros });
  assert.equal(captured, nowMicros - 1e6);
}

const MICROS = fc.integer({ min: 0, max: 10_000_000 });
const OFFSET = fc.integer({ min: -1e12, max: 1e12 });

Deno.test("HostClock knows nothing before the first exchange", () => {
  const clock = new HostClock();
  assert.equal(clock.captured({ capturedAtMicros: 1, nowMicros: 2 }), undefined);
});

Deno.test("HostClock is wrong by at most half the smallest round trip, however unequal the ways", () => {
  const ways = fc.array(fc.record({ there: MICROS, stay: MICROS, back: MICROS }), {
    minLength: 1,
    maxLength: 20,
  });
  fc.assert(fc.property(OFFSET, ways, (offset, all) => {
    const clock = new HostClock();
    for (const one of all) clock.measured(exchange(0, { offset, ...one }));
    const roundTrip = Math.min(...all.map(({ there, back }) => there + back));
    const capturedAtMicros = 5_000_000 + offset;
    const captured = clock.captured({ capturedAtMicros, nowMicros: 5_040_000 })!;
    assert.ok(Math.abs(captured - 5_000_000) <= roundTrip / 2);
    assert.ok(captured <= 5_040_000);
  }));
});

Deno.test("HostClock is exact where both ways take the same time", () => {
  fc.assert(fc.property(OFFSET, MICROS, MICROS, (offset, way, stay) => {
    const clock = new HostClock();
    clock.measured(exchange(7, { offset, there: way, stay, back: way }));
    assertOffset(clock, offset);
  }));
});

Deno.test("HostClock believes the quickest exchange of the last 30 s", () => {
  const clock = new HostClock();
  const lopsided = { offset: 1000, there: 0, stay: 50, back: 800 };
  clock.measured(exchange(0, { offset: 1000, there: 10, stay: 99, back: 10 }));
  clock.measured(exchange(1_000_000, lopsided));
  assertOffset(clock, 1000);
  clock.measured(exchange(CLOCK_MEMORY_MICROS, lopsided));
  assertOffset(clock, 600);
});

Deno.test("HostClock.captured() takes a picture from a little ahead for one of just now", () => {
  const clock = new HostClock();
  clock.measured(exchange(0, { offset: 7_000_000, there: 5000, stay: 0, back: 5000 }));
  const captured = (capturedAtMicros: number) =>
    clock.captured({ capturedAtMicros: 7_000_000 + capturedAtMicros, nowMicros: 50_000 });
  assert.equal(captured(49_000), 49_000);
  assert.equal(captured(50_000 + 5000 + MAX_DRIFT_MICROS), 50_000);
  assert.equal(captured(50_001 + 5000 + MAX_DRIFT_MICROS), undefined);
});

Deno.test("HostClock.captured() knows no time that cannot be", () => {
  const clock = new HostClock();
  clock.measured(exchange(0, { offset: 1e12, there: 100, stay: 0, back: 100 }));
  const captured = (capturedAtMicros: number) =>
    clock.captured({ capturedAtMicros, nowMicros: 1_000_000 });
  const now = 1e12 + 1_000_000;
  assert.equal(captured(now - MAX_AGE_ON_ARRIVAL_MICROS), 1_000_000 - MAX_AGE_ON_ARRIVAL_MICROS);
  for (
    const absurd of [now - MAX_AGE_ON_ARRIVAL_MICROS - 1, 0, now + 1e9, Number.MAX_SAFE_INTEGER]
  ) {
    assert.equal(captured(absurd), undefined, `${absurd}`);
  }
});

Deno.test("HostClock forgets what it measured before a clock has jumped", () => {
  for (const jump of [-3_600_000_000, 3_600_000_000, 1_000_000]) {
    const clock = new HostClock();
    clock.measured(exchange(0, { offset: 1e12, there: 10, stay: 0, back: 10 }));
    clock.measured(exchange(2_000_000, { offset: 1e12 + jump, there: 900, stay: 5, back: 900 }));
    assertOffset(clock, 1e12 + jump);
    // And not what is only slower.
    clock.measured(exchange(4_000_000, { offset: 1e12 + jump, there: 0, stay: 5, back: 500_000 }));
    assertOffset(clock, 1e12 + jump);
  }
});
