import assert from "node:assert/strict";
import { NativeHandle } from "../../lib/opencv/native_handle.ts";

// Nothing here follows the pointer, so any object will do.
const POINTER = {} as Deno.PointerObject;

function countedHandle(): { handle: NativeHandle; freed: () => number } {
  let freed = 0;
  const handle = new NativeHandle(POINTER, "the thing", () => {
    freed++;
  });
  return { handle, freed: () => freed };
}

Deno.test("NativeHandle.release() frees once, however often it is called", async () => {
  const { handle, freed } = countedHandle();
  await Promise.all([handle.release(), handle.release()]);
  await handle.release();
  assert.equal(freed(), 1);
});

Deno.test("NativeHandle makes its object on first use, once", async () => {
  let made = 0;
  const make = () => {
    made++;
    return POINTER;
  };
  const freed: unknown[] = [];
  const handle = new NativeHandle(make, "the thing", (pointer) => void freed.push(pointer));
  assert.equal(made, 0);
  assert.equal(handle.forReading(), POINTER);
  assert.equal(handle.forWriting(), POINTER);
  assert.equal(made, 1);
  await handle.release();
  assert.deepEqual(freed, [POINTER]);

  const unused = new NativeHandle(make, "the thing", (pointer) => void freed.push(pointer));
  await unused.release();
  assert.throws(() => unused.forReading(), Deno.errors.BadResource);
  assert.deepEqual([made, freed.length], [1, 1]);
});

Deno.test("NativeHandle.release() waits for readers and the writer", async () => {
  for (const use of ["whileReading", "whileWriting"] as const) {
    const { handle, freed } = countedHandle();
    const work = Promise.withResolvers<void>();
    const using = handle[use](() => work.promise);
    const released = handle.release();
    assert.throws(() => handle.forReading(), Deno.errors.BadResource);
    assert.equal(freed(), 0, use);
    work.resolve();
    await using;
    await released;
    assert.equal(freed(), 1, use);
  }
});

Deno.test("NativeHandle.release() frees although the work in flight failed", async () => {
  const { handle, freed } = countedHandle();
  const failing = handle.whileReading(() => Promise.reject(new Error("no")));
  const released = handle.release();
  await assert.rejects(failing, /no/);
  await released;
  assert.equal(freed(), 1);
});

Deno.test("NativeHandle.release() rejects, every time, where freeing failed", async () => {
  const handle = new NativeHandle(POINTER, "the thing", () => Promise.reject(new Error("stuck")));
  await assert.rejects(handle.release(), /stuck/);
  await assert.rejects(handle.release(), /stuck/);
});

Deno.test("NativeHandle allows many readers and one writer", async () => {
  const { handle } = countedHandle();
  const work = Promise.withResolvers<void>();
  const readers = [
    handle.whileReading(() => work.promise),
    handle.whileReading(() => work.promise),
  ];
  assert.equal(handle.forReading(), POINTER);
  assert.throws(() => handle.forWriting(), Deno.errors.Busy);
  await assert.rejects(handle.whileWriting(() => work.promise), Deno.errors.Busy);
  work.resolve();
  await Promise.all(readers);

  const more = Promise.withResolvers<void>();
  const writer = handle.whileWriting(() => more.promise);
  assert.throws(() => handle.forReading(), Deno.errors.Busy);
  await assert.rejects(handle.whileReading(() => more.promise), Deno.errors.Busy);
  more.resolve();
  await writer;
  assert.equal(handle.forWriting(), POINTER);
});

Deno.test("NativeHandle.forReading() names what was released", () => {
  const { handle } = countedHandle();
  handle.release();
  assert.throws(() => handle.forReading(), { message: "Cannot use the thing: it was released" });
});
