import assert from "node:assert/strict";
import {
  BackgroundWriter,
  MAX_PARTS,
  writesHang,
  type WriteTarget,
} from "../../lib/flow/background_writer.ts";
import { FakeTime } from "../support/fake_time.ts";
import { nextTurn } from "../support/until.ts";

/** A target that takes each write when the test says so. */
class Target implements WriteTarget {
  readonly taken: number[] = [];
  #pending: { bytes: Uint8Array; by: PromiseWithResolvers<number> } | undefined;

  write(bytes: Uint8Array): Promise<number> {
    this.#pending = { bytes, by: Promise.withResolvers() };
    return this.#pending.by.promise;
  }

  /** Takes the write under way, or a part of it. */
  async take(length?: number): Promise<void> {
    await nextTurn();
    assert.ok(this.#pending, "nothing is written");
    const { bytes, by } = this.#pending;
    this.#pending = undefined;
    const part = bytes.subarray(0, length);
    this.taken.push(...part);
    by.resolve(part.length);
  }

  /** Fails the write under way. */
  async fail(): Promise<void> {
    await nextTurn();
    this.#pending?.by.reject(new Deno.errors.BrokenPipe("no reader"));
  }
}

Deno.test("BackgroundWriter writes parts in their order, each whole", async () => {
  const target = new Target();
  const writer = new BackgroundWriter({ target, maxBytes: 100 });
  writer.put(Uint8Array.of(1, 2, 3));
  writer.put(Uint8Array.of(4, 5));
  await target.take(2);
  await target.take();
  await target.take();
  assert.equal(await writer.finish(1000), true);
  assert.deepEqual([target.taken, writer.omitted], [[1, 2, 3, 4, 5], 0]);
});

Deno.test("BackgroundWriter leaves out the oldest of too many, never the one under way", async () => {
  const target = new Target();
  const gaps: number[] = [];
  const writer = new BackgroundWriter({
    target,
    maxBytes: 3,
    inPlaceOf: (count) => Uint8Array.of(100 + gaps.push(count)),
  });
  for (const byte of [1, 2, 3, 4, 5, 6]) writer.put(Uint8Array.of(byte));
  assert.equal(writer.omitted, 2);
  for (let i = 0; i < 4; i++) await target.take();
  assert.deepEqual([target.taken, gaps], [[1, 101, 4, 5, 6], [2]]);
  await nextTurn();
  // A part that is larger than all that may wait is written all the same.
  writer.put(new Uint8Array(9).fill(7));
  writer.put(new Uint8Array(9).fill(8));
  await target.take();
  await target.take();
  assert.equal(await writer.finish(1000), true);
  assert.equal(target.taken.length, 5 + 18);
});

Deno.test("BackgroundWriter takes no more parts than it can hold, however small they are", () => {
  const writer = new BackgroundWriter({ target: new Target(), maxBytes: Infinity });
  for (let i = 0; i < MAX_PARTS + 11; i++) writer.put(Uint8Array.of(1));
  // One is being written.
  assert.equal(writer.omitted, 10);
});

Deno.test("BackgroundWriter leaves out what has waited for too long", async () => {
  using time = new FakeTime();
  const target = new Target();
  const writer = new BackgroundWriter({ target, maxBytes: 100, maxWaitMs: 50 });
  writer.put(Uint8Array.of(1));
  writer.put(Uint8Array.of(2));
  await time.advance(51);
  writer.put(Uint8Array.of(3));
  await target.take();
  await target.take();
  assert.deepEqual([target.taken, writer.omitted], [[1, 3], 1]);
});

Deno.test("BackgroundWriter counts a part that fails, and goes on with the next", async () => {
  const target = new Target();
  const failures: unknown[] = [];
  const writer = new BackgroundWriter({
    target,
    maxBytes: 100,
    inPlaceOf: (count) => Uint8Array.of(100 + count),
    onFailure: (error) => failures.push(error),
  });
  for (const byte of [1, 2, 3]) writer.put(Uint8Array.of(byte));
  await target.fail();
  await target.fail();
  await target.take();
  assert.equal(await writer.finish(1000), true);
  assert.deepEqual([target.taken, writer.omitted, failures.length], [[102, 3], 2, 2]);
});

Deno.test("BackgroundWriter puts nothing behind a part that was cut, where that is said", async () => {
  const target = new Target();
  const failures: unknown[] = [];
  const writer = new BackgroundWriter({
    target,
    maxBytes: 100,
    onFailure: (error) => failures.push(error),
    endsWithFailure: true,
  });
  for (const byte of [1, 2, 3]) writer.put(Uint8Array.of(byte, byte));
  await target.take();
  await target.take(1);
  await target.fail();
  assert.equal(await writer.finish(1000), true);
  assert.deepEqual([target.taken, writer.omitted, failures.length], [[1, 1, 2], 2, 1]);
});

Deno.test("BackgroundWriter.finish() gives up in time, and says that a write hangs", async () => {
  const target = new Target();
  const writer = new BackgroundWriter({ target, maxBytes: 100 });
  for (const byte of [1, 2, 3]) writer.put(Uint8Array.of(byte));
  assert.equal(writesHang(), false);
  assert.equal(await writer.finish(1), false);
  assert.deepEqual([writer.omitted, writesHang()], [3, true]);
  await target.take();
  await nextTurn();
  assert.equal(writesHang(), false);
});

Deno.test("BackgroundWriter takes parts before its target is there, and for one that never is", async () => {
  const opening = Promise.withResolvers<WriteTarget>();
  const writer = new BackgroundWriter({ target: opening.promise, maxBytes: 2 });
  for (const byte of [1, 2, 3]) writer.put(Uint8Array.of(byte));
  const target = new Target();
  opening.resolve(target);
  await target.take();
  await target.take();
  assert.deepEqual([target.taken, writer.omitted], [[2, 3], 1]);

  const never = Promise.withResolvers<WriteTarget>();
  const patient = new BackgroundWriter({ target: never.promise, maxBytes: 2 });
  assert.equal(await patient.finish(1), false);
  assert.deepEqual([patient.omitted, writesHang()], [0, true]);
  const failures: unknown[] = [];
  const failing = new BackgroundWriter({
    target: Promise.reject(new Deno.errors.PermissionDenied("no")),
    maxBytes: 2,
    onFailure: (error) => failures.push(error),
  });
  failing.put(Uint8Array.of(1));
  assert.equal(await failing.finish(1000), true);
  assert.deepEqual([failing.omitted, failures.length], [1, 1]);
  never.resolve(target);
  await nextTurn();
  assert.equal(writesHang(), false);
});
