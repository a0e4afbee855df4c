import assert from "node:assert/strict";
import { FakeTime } from "../support/fake_time.ts";
import { deadline, Deadlines, pause, unlessStopped } from "../../lib/flow/timing.ts";

const LATE = { ms: 1000, error: () => new Error("too late") };

Deno.test("pause() waits as long as it says", async () => {
  using time = new FakeTime();
  let over = false;
  const paused = pause(100, new AbortController().signal).then(() => over = true);
  await time.advance(99);
  assert.equal(over, false);
  await time.advance(1);
  await paused;
  assert.equal(over, true);
});

Deno.test("pause() ends with its signal, and does not begin with one that was aborted", async () => {
  const controller = new AbortController();
  const paused = pause(1_000_000, controller.signal);
  controller.abort();
  await paused;
  await pause(1_000_000, controller.signal);

  const other = new AbortController();
  const withoutEnd = pause(undefined, other.signal);
  other.abort();
  await withoutEnd;
});

Deno.test("unlessStopped() waits for nothing when its signal was aborted before", async () => {
  const never = new Promise(() => {});
  assert.equal(await unlessStopped(never, AbortSignal.abort()), undefined);
  assert.equal(await unlessStopped(Promise.resolve("here"), AbortSignal.abort()), "here");
});

Deno.test("deadline() gives the result that comes in time, and leaves no timer", async () => {
  assert.equal(await deadline(Promise.resolve("done"), LATE), "done");
  await assert.rejects(deadline(Promise.reject(new Error("failed")), LATE), /failed/);
});

Deno.test("deadline() throws its error when the time is over", async () => {
  using time = new FakeTime();
  const late = assert.rejects(deadline(new Promise(() => {}), LATE), /too late/);
  await time.advance(1000);
  await late;
});

Deno.test("Deadlines.guard() gives each wait the whole time", async () => {
  using time = new FakeTime();
  using deadlines = new Deadlines(LATE);
  for (let round = 0; round < 3; round++) {
    const { promise, resolve } = Promise.withResolvers<number>();
    const guarded = deadlines.guard(promise);
    await time.advance(900);
    resolve(round);
    assert.equal(await guarded, round);
  }
  let error: unknown;
  const late = deadlines.guard(new Promise(() => {})).catch((reason) => error = reason);
  await time.advance(999);
  assert.equal(error, undefined);
  await time.advance(1);
  await late;
  assert.match(String(error), /too late/);
});
