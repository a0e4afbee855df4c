import assert from "node:assert/strict";
import { asTheyCome } from "../../lib/flow/as_they_come.ts";
import { aborted } from "../../lib/flow/timing.ts";

async function* numbers() {
  yield* [1, 2, 3];
}

Deno.test("asTheyCome() gives what is answered first, first", async () => {
  const slow = Promise.withResolvers<number[]>();
  const given: number[] = [];
  for await (
    const answer of asTheyCome(
      numbers,
      (number) => number === 1 ? slow.promise : Promise.resolve([number, -number]),
    )
  ) {
    given.push(answer);
    if (given.length === 4) slow.resolve([1]);
  }
  assert.deepEqual(given, [2, -2, 3, -3, 1]);
});

Deno.test("asTheyCome() asks no more when nobody reads on, and lets late answers go", async () => {
  const late = Promise.withResolvers<number[]>();
  const ended = Promise.withResolvers<void>();
  const both = Promise.withResolvers<void>();
  const asked: number[] = [];
  async function* endless(over: AbortSignal) {
    yield* [1, 2];
    await aborted(over);
    ended.resolve();
    yield 3;
  }
  const ask = (number: number) => {
    asked.push(number);
    if (number === 1) return both.promise.then(() => [number]);
    both.resolve();
    return late.promise;
  };
  for await (const answer of asTheyCome(endless, ask)) {
    assert.equal(answer, 1);
    break;
  }
  await ended.promise;
  late.resolve([2]);
  // An answer that nobody takes would be an error that nobody catches.
  await late.promise;
  assert.deepEqual(asked, [1, 2]);
});

Deno.test("asTheyCome() throws what an item or an answer throws, and asks no more", async () => {
  const wrong = new Error("wrong");
  const never = asTheyCome(
    async function* (over) {
      yield 1;
      await aborted(over);
    },
    () => Promise.reject(wrong),
  );
  await assert.rejects(Array.fromAsync(never), wrong);
  const broken = asTheyCome(
    async function* () {
      yield 1;
      throw wrong;
    },
    () => new Promise<number[]>(() => {}),
  );
  await assert.rejects(Array.fromAsync(broken), wrong);
});
