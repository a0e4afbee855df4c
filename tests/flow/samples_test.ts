import assert from "node:assert/strict";
import fc from "fast-check";
import { MAX_SAMPLES, Samples } from "../../lib/flow/samples.ts";

Deno.test("Samples.take() is undefined without values, and each time begins anew", () => {
  const samples = new Samples();
  assert.equal(samples.take(), undefined);
  samples.add(7);
  assert.deepEqual(samples.take(), { p50: 7, p99: 7, max: 7 });
  assert.equal(samples.take(), undefined);
});

Deno.test("Samples.take() tells the quantiles of 1 to 100, in whatever order they came", () => {
  const values = Array.from({ length: 100 }, (_, index) => index + 1);
  fc.assert(fc.property(fc.shuffledSubarray(values, { minLength: 100 }), (shuffled) => {
    const samples = new Samples();
    for (const value of shuffled) samples.add(value);
    assert.deepEqual(samples.take(), { p50: 51, p99: 100, max: 100 });
  }));
});

Deno.test("Samples.take() keeps its quantiles in order, and among the values", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true }), { minLength: 1 }), (values) => {
      const samples = new Samples();
      for (const value of values) samples.add(value);
      const spread = samples.take()!;
      assert.ok(spread.p50 <= spread.p99 && spread.p99 <= spread.max);
      for (const value of Object.values(spread)) assert.ok(values.some((one) => one === value));
      assert.ok(values.filter((value) => value <= spread.p50).length * 2 >= values.length);
    }),
  );
});

Deno.test("Samples.add() lets the oldest go when nobody looks", () => {
  const samples = new Samples();
  samples.add(1_000_000);
  for (let count = 0; count < MAX_SAMPLES; count++) samples.add(count);
  assert.deepEqual(samples.take()?.max, MAX_SAMPLES - 1);
});
