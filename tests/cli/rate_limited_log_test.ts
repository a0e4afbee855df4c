import assert from "node:assert/strict";
import fc from "fast-check";
import { Log } from "../../lib/cli/log.ts";
import { FakeTime } from "../support/fake_time.ts";

/** A limited kind of line, in a time that the test sets. */
function limited(burst?: number) {
  const time = new FakeTime();
  const lines: string[] = [];
  const kind = new Log("host", (line) => lines.push(line)).rateLimited(burst);
  return { time, lines, kind, [Symbol.dispose]: () => time[Symbol.dispose]() };
}

Deno.test("RateLimitedLog tells the first at once, and counts what comes within the interval", async () => {
  using stage = limited();
  const { time, lines, kind } = stage;
  kind.warn("damaged at 0");
  assert.deepEqual(lines, ["host: warning: damaged at 0"]);
  for (const atMs of [1, 500, 999]) {
    await time.advance(atMs - time.nowMs);
    kind.warn(`damaged at ${atMs}`);
  }
  assert.equal(lines.length, 1);
  await time.advance(1);
  assert.deepEqual(lines.slice(1), ["host: warning: damaged at 999 (and 2 more before)"]);
});

Deno.test("RateLimitedLog tells as many at once as the burst says, and then one an interval", async () => {
  using stage = limited(3);
  const { time, lines, kind } = stage;
  for (let i = 1; i <= 10; i++) kind.info(`joined ${i}`);
  assert.deepEqual(lines, ["host: joined 1", "host: joined 2", "host: joined 3"]);
  await time.advance(1000);
  assert.deepEqual(lines.slice(3), ["host: joined 10 (and 6 more before)"]);
  await time.advance(2500);
  for (let i = 11; i <= 15; i++) kind.info(`joined ${i}`);
  assert.deepEqual(lines.slice(4), ["host: joined 11", "host: joined 12"]);
  await time.advance(600);
  assert.deepEqual(lines.slice(6), ["host: joined 15 (and 2 more before)"]);
  await time.advance(100_000);
  assert.equal(time.waiting, 0);
  for (let i = 16; i <= 20; i++) kind.info(`joined ${i}`);
  assert.equal(lines.length, 7 + 3);
});

Deno.test("RateLimitedLog tells the last line of a burst by itself, in its own kind", async () => {
  using stage = limited();
  const { time, lines, kind } = stage;
  kind.info("live");
  kind.warn("lost");
  await time.advance(1000);
  assert.deepEqual(lines, ["host: live", "host: warning: lost"]);
  await time.advance(60_000);
  assert.equal(lines.length, 2);
});

Deno.test("RateLimitedLog tells the rest when its block is left, once", () => {
  using stage = limited();
  const { time, lines } = stage;
  {
    using kind = stage.kind;
    kind.info("a");
    kind.info("b");
    kind.info("c");
  }
  assert.deepEqual(lines, ["host: a", "host: c (and 1 more before)"]);
  assert.equal(time.waiting, 0);
});

Deno.test("RateLimitedLog loses no line: those written and those counted are all", async () => {
  const steps = fc.array(fc.nat({ max: 700 }), { maxLength: 50 });
  await fc.assert(fc.asyncProperty(steps, fc.nat({ max: 5 }), async (stepsMs, more) => {
    using stage = limited(1 + more);
    const { time, lines, kind } = stage;
    for (const stepMs of stepsMs) {
      await time.advance(stepMs);
      kind.warn("x");
    }
    await time.advance(1000);
    const written = lines.map((line) => 1 + Number(/and (\d+) more/.exec(line)?.[1] ?? 0));
    assert.equal(written.reduce((sum, count) => sum + count, 0), stepsMs.length);
    assert.ok(lines.length <= 1 + more + time.nowMs / 1000);
  }));
});
