import assert from "node:assert/strict";
import { median, medians, percentile } from "../../benchmarks/support/statistics.ts";

Deno.test("percentile() is a value that the share does not exceed", () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  assert.equal(percentile(values, 0.5), 50);
  assert.equal(percentile(values, 0.99), 99);
  assert.equal(percentile(values, 1), 100);
  assert.equal(percentile([7], 0.01), 7);
});

Deno.test("percentile() of no values is NaN", () => {
  assert.ok(Number.isNaN(percentile([], 0.5)));
});

Deno.test("medians() takes each figure's own median", () => {
  const runs = [{ age: 1, cpu: 30 }, { age: 3, cpu: 10 }, { age: 2, cpu: 20 }];
  assert.deepEqual(medians(runs), { age: 2, cpu: 20 });
  assert.equal(median([5, 1, 3]), 3);
});

Deno.test("medians() refuses no runs", () => {
  assert.throws(() => medians([]), RangeError);
});
