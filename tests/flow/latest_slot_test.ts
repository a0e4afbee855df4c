import assert from "node:assert/strict";
import fc from "fast-check";
import { LatestSlot } from "../../lib/flow/latest_slot.ts";

Deno.test("LatestSlot.take() gives the newest value once", () => {
  const slot = new LatestSlot<string>();
  assert.equal(slot.take(), undefined);
  slot.put("old");
  slot.put("new");
  assert.equal(slot.take(), "new");
  assert.equal(slot.take(), undefined);
});

Deno.test("LatestSlot.peek() shows the newest value, and leaves it to be taken or replaced", () => {
  const slot = new LatestSlot<string>();
  assert.equal(slot.peek(), undefined);
  slot.put("old");
  assert.equal(slot.peek(), "old");
  slot.put("new");
  assert.deepEqual([slot.peek(), slot.peek(), slot.replaced], ["new", "new", 1]);
  assert.equal(slot.take(), "new");
  assert.equal(slot.peek(), undefined);
  slot.put("left");
  slot.close();
  assert.equal(slot.peek(), undefined);
});

Deno.test("LatestSlot.put() discards and counts the value that nobody took", () => {
  const discarded: number[] = [];
  const slot = new LatestSlot<number>({ discard: (value) => discarded.push(value) });
  slot.put(1);
  slot.put(2);
  slot.put(3);
  assert.deepEqual([discarded, slot.replaced], [[1, 2], 2]);
  assert.equal(slot.take(), 3);
  slot.put(4);
  assert.deepEqual([discarded, slot.replaced], [[1, 2], 2]);
});

Deno.test("LatestSlot.next() takes a value that is there, and waits for one that is not", async () => {
  const slot = new LatestSlot<number>();
  slot.put(1);
  assert.equal(await slot.next(), 1);
  const waiting = slot.next();
  slot.put(2);
  slot.put(3);
  assert.equal(await waiting, 2);
  assert.equal(slot.take(), 3);
  assert.equal(slot.replaced, 0);
});

Deno.test("LatestSlot.next() refuses a second reader", async () => {
  const slot = new LatestSlot<number>();
  const waiting = slot.next();
  assert.throws(() => slot.next(), TypeError);
  slot.put(1);
  assert.equal(await waiting, 1);
});

Deno.test("LatestSlot.close() lets a waiting reader go, and every later one", async () => {
  const slot = new LatestSlot<number>();
  const waiting = slot.next();
  slot.close();
  slot.close();
  assert.ok(slot.closed);
  assert.equal(await waiting, undefined);
  assert.equal(await slot.next(), undefined);
});

Deno.test("LatestSlot.finish() leaves what was not taken, and lets readers go behind it", async () => {
  const discarded: number[] = [];
  const slot = new LatestSlot<number>({ discard: (value) => discarded.push(value) });
  slot.put(1);
  slot.finish();
  slot.put(2);
  assert.ok(slot.closed);
  assert.deepEqual([await slot.next(), await slot.next()], [1, undefined]);
  assert.deepEqual(discarded, [2]);

  const waiting = new LatestSlot<number>();
  const reader = waiting.next();
  waiting.finish();
  assert.equal(await reader, undefined);
});

Deno.test("LatestSlot.close() discards what was not taken, and what is put later", () => {
  const discarded: number[] = [];
  const slot = new LatestSlot<number>({ discard: (value) => discarded.push(value) });
  slot.put(1);
  slot.close();
  slot.put(2);
  assert.deepEqual(discarded, [1, 2]);
  assert.equal(slot.take(), undefined);
  assert.equal(slot.replaced, 0);
});

Deno.test("LatestSlot gives each value to one owner, in order, whatever is called", async () => {
  const calls = fc.array(fc.constantFrom("put", "take", "next"), { maxLength: 60 });
  await fc.assert(fc.asyncProperty(calls, async (names) => {
    const discarded: number[] = [];
    const taken: number[] = [];
    const slot = new LatestSlot<number>({ discard: (value) => discarded.push(value) });
    let put = 0;
    let waiting: Promise<void> | undefined;
    for (const name of names) {
      if (name === "put") slot.put(++put);
      if (name === "take") taken.push(...[slot.take()].filter((value) => value !== undefined));
      if (name === "next" && !waiting) {
        waiting = slot.next().then((value) => {
          if (value !== undefined) taken.push(value);
          waiting = undefined;
        });
      }
      await Promise.resolve().then(() => {});
    }
    slot.close();
    await waiting;
    assert.deepEqual(taken, taken.toSorted((a, b) => a - b));
    const all = [...taken, ...discarded].sort((a, b) => a - b);
    assert.deepEqual(all, Array.from({ length: put }, (_, index) => index + 1));
  }));
});
