import assert from "node:assert/strict";
import fc from "fast-check";
import { findTrend, MIN_VALUES } from "./trend.ts";

/** `count` values, each made of its place. */
function series(count: number, value: (index: number) => number): number[] {
  return Array.from({ length: count }, (_, index) => value(index));
}

Deno.test("findTrend() sees none when the values are even", () => {
  const flat = findTrend(series(100, () => 7), { statistic: "median" });
  assert.deepEqual(flat, { first: 7, last: 7, limit: 7, grows: false });
});

Deno.test("findTrend() sees one descriptor more", () => {
  const leak = series(100, (index) => index < 60 ? 20 : 21);
  assert.deepEqual(findTrend(leak, { statistic: "minimum" }), {
    first: 20,
    last: 21,
    limit: 20,
    grows: true,
  });
});

Deno.test("findTrend() sees a slow leak beneath what comes and goes", () => {
  const comingAndGoing = (index: number) => index % 5 < 3 ? 1 : 0;
  const leaking = series(600, (index) => 20 + comingAndGoing(index) + Math.floor(index / 100));
  const flat = series(600, (index) => 20 + comingAndGoing(index));
  assert.equal(findTrend(leaking, { statistic: "minimum" }).grows, true);
  assert.equal(findTrend(flat, { statistic: "minimum" }).grows, false);
});

Deno.test("findTrend() allows growth up to the limit, and no more", () => {
  const growing = series(300, (index) => index < 200 ? 100 : 124);
  assert.equal(findTrend(growing, { statistic: "median", share: 0.2, plus: 5 }).grows, false);
  assert.equal(findTrend(growing, { statistic: "median", share: 0.2, plus: 3 }).grows, true);
  assert.equal(findTrend(growing, { statistic: "median", share: 0.2 }).grows, true);
});

Deno.test("findTrend() leaves the warm-up out", () => {
  const settling = series(100, (index) => index < 20 ? index : 20);
  assert.equal(findTrend(settling, { statistic: "minimum" }).grows, false);
});

Deno.test("findTrend() is not moved by single values", () => {
  const spiky = series(120, (index) => index > 100 && index % 4 === 0 ? 5000 : 10);
  assert.equal(findTrend(spiky, { statistic: "median", share: 0.2 }).grows, false);
});

Deno.test("findTrend() sees every steady rise of more than the limit", () => {
  fc.assert(fc.property(
    fc.integer({ min: MIN_VALUES, max: 500 }),
    fc.double({ min: 1, max: 1000, noNaN: true }),
    fc.double({ min: 0.5, max: 10, noNaN: true }),
    (count, start, factor) => {
      const rising = series(count, (index) => start * (1 + factor * index / count));
      assert.ok(findTrend(rising, { statistic: "median", share: 0.1 }).grows);
      assert.ok(!findTrend(rising.toReversed(), { statistic: "median", share: 0.1 }).grows);
    },
  ));
});

Deno.test("findTrend() throws when there are too few values", () => {
  assert.throws(
    () => findTrend(series(MIN_VALUES - 1, () => 1), { statistic: "median" }),
    new RangeError("Cannot see a trend: 14 values are too few"),
  );
});
