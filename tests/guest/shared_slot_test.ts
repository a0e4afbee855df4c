import assert from "node:assert/strict";
import { type PictureFacts, SharedSlot } from "../../lib/guest/shared_slot.ts";

function facts(number: number, changes: Partial<PictureFacts> = {}): PictureFacts {
  return {
    handle: 0xffff_8000_0000_0000n + BigInt(number),
    capturedAtMicros: number * 1e6 + 0.25,
    jpegBytes: 80_000 + number,
    messagesBefore: 6,
    ...changes,
  };
}

/** Keeps the test going while nothing but a slot is waited for. */
function alive(): Disposable {
  const timer = setInterval(() => {}, 1000);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

Deno.test("SharedSlot.next() gives what the other end put, before or after it was asked", async () => {
  using _ = alive();
  const here = new SharedSlot();
  const there = new SharedSlot(here.memory);
  there.put(facts(1));
  assert.deepEqual(await here.next(), facts(1));
  const waiting = here.next();
  there.put(facts(2));
  assert.deepEqual(await waiting, facts(2));
});

Deno.test("SharedSlot.take() gives each picture once, also one that somebody waits for", async () => {
  using _ = alive();
  const slot = new SharedSlot();
  assert.equal(slot.take(), undefined);
  const waiting = slot.next();
  slot.put(facts(1));
  assert.deepEqual(slot.take(), facts(1));
  assert.equal(slot.take(), undefined);
  await Promise.resolve();
  slot.put(facts(2));
  assert.deepEqual(await waiting, facts(2));
});

Deno.test("SharedSlot.counts are those that the other end has set", () => {
  const here = new SharedSlot();
  const counts = {
    received: 1,
    replaced: 2,
    damaged: 3,
    receivedBytes: 2 ** 40,
    omitted: 4,
    reconnects: 5,
  };
  assert.deepEqual(new Set(Object.values(here.counts)), new Set([0]));
  new SharedSlot(here.memory).counts = counts;
  assert.deepEqual(here.counts, counts);
});

Deno.test("SharedSlot.next() knows when nobody knows the time of capture", async () => {
  using _ = alive();
  const slot = new SharedSlot();
  for (const capturedAtMicros of [undefined, 0, -1]) {
    slot.put(facts(1, { capturedAtMicros }));
    assert.equal((await slot.next()).capturedAtMicros, capturedAtMicros);
  }
});

Deno.test("SharedSlot.next() wakes for each picture of another thread, one after the other", async () => {
  const source = `
    import { SharedSlot } from "${import.meta.resolve("../../lib/guest/shared_slot.ts")}";
    let slot, received = 0;
    self.onmessage = ({ data }) => {
      slot ??= new SharedSlot(data);
      received++;
      slot.counts = { received };
      slot.put({ handle: 1n, jpegBytes: 1, messagesBefore: 0 });
    };`;
  const url = `data:text/javascript,${encodeURIComponent(source)}`;
  const worker = new Worker(url, { type: "module" });
  const slot = new SharedSlot();
  for (let count = 1; count <= 1000; count++) {
    worker.postMessage(slot.memory);
    await slot.next();
    assert.equal(slot.counts.received, count);
  }
  worker.terminate();
});
