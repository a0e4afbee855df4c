import assert from "node:assert/strict";
import fc from "fast-check";
import { type Measurement, RecentMinimum } from "../../lib/flow/recent_minimum.ts";

const MEMORY = 1000;

Deno.test("RecentMinimum.best is undefined before the first measurement", () => {
  assert.equal(new RecentMinimum(MEMORY).best, undefined);
});

Deno.test("RecentMinimum.best forgets what is too old, as new measurements come", () => {
  const minimum = new RecentMinimum<string>(MEMORY);
  minimum.add({ value: 1, item: "first", atMicros: 0 });
  minimum.add({ value: 5, item: "second", atMicros: 999 });
  assert.equal(minimum.best?.item, "first");
  minimum.add({ value: 9, item: "third", atMicros: 1000 });
  assert.equal(minimum.best?.item, "second");
  minimum.add({ value: 9, item: "fourth", atMicros: 5000 });
  assert.equal(minimum.best?.item, "fourth");
});

Deno.test("RecentMinimum.best keeps the last measurement of a silent peer", () => {
  const minimum = new RecentMinimum<string>(MEMORY);
  minimum.add({ value: 1, item: "only", atMicros: 0 });
  assert.equal(minimum.best?.item, "only");
});

Deno.test("RecentMinimum.best is the smallest of the time span, the newest of equals", () => {
  const steps = fc.array(fc.record({ value: fc.nat(20), passes: fc.nat(400) }), { minLength: 1 });
  fc.assert(fc.property(steps, (steps) => {
    const minimum = new RecentMinimum<number>(MEMORY);
    const all: Measurement<number>[] = [];
    let atMicros = 0;
    for (const [item, { value, passes }] of steps.entries()) {
      atMicros += passes;
      const measurement = { value, item, atMicros };
      all.push(measurement);
      minimum.add(measurement);
      const recent = all.filter((one) => atMicros - one.atMicros < MEMORY);
      const smallest = Math.min(...recent.map((one) => one.value));
      assert.deepEqual(minimum.best, recent.findLast((one) => one.value === smallest));
    }
  }));
});
