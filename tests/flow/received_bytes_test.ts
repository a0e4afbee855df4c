import assert from "node:assert/strict";
import fc from "fast-check";
import { ReceivedBytes } from "../../lib/flow/received_bytes.ts";
import { MAX_WAITING_BYTES } from "../../lib/web/viewer_connection.ts";

Deno.test("ReceivedBytes.read() gives the bytes in their order, however they were cut", async () => {
  const pieces = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 30 });
  await fc.assert(fc.asyncProperty(pieces, fc.integer({ min: 1, max: 50 }), async (parts, size) => {
    const received = new ReceivedBytes();
    for (const part of parts) assert.ok(received.put(part.slice()));
    received.finish();
    const read: number[] = [];
    const into = new Uint8Array(size);
    for (let length = await received.read(into); length !== null;) {
      assert.ok(length > 0);
      read.push(...into.subarray(0, length));
      length = await received.read(into);
    }
    assert.deepEqual(read, parts.flatMap((part) => [...part]));
  }));
});

Deno.test("ReceivedBytes.read() waits for bytes, for the end, or for an error", async () => {
  const into = new Uint8Array(4);
  const received = new ReceivedBytes();
  const first = received.read(into);
  received.put(Uint8Array.of(7));
  assert.deepEqual([await first, into[0]], [1, 7]);
  const end = received.read(into);
  received.finish();
  assert.deepEqual([await end, await received.read(into)], [null, null]);

  const broken = new ReceivedBytes();
  const waiting = broken.read(into);
  broken.fail(new Error("gone"));
  await assert.rejects(waiting, /gone/);
  await assert.rejects(broken.read(into), /gone/);
});

Deno.test("ReceivedBytes.put() refuses what is more than a viewer says", async () => {
  const received = new ReceivedBytes(MAX_WAITING_BYTES);
  assert.ok(received.put(new Uint8Array(MAX_WAITING_BYTES)));
  assert.equal(received.put(new Uint8Array(1)), false);
  assert.equal(await received.read(new Uint8Array(100)), 100);
  assert.ok(received.put(new Uint8Array(100)));
});

Deno.test("ReceivedBytes.fail() comes behind what waits, close() instead of it", async () => {
  const into = new Uint8Array(4);
  const failed = new ReceivedBytes();
  failed.put(Uint8Array.of(1));
  failed.fail(new Error("lost"));
  failed.put(Uint8Array.of(2));
  assert.equal(failed.waitingBytes, 2);
  assert.equal(await failed.read(into), 2);
  await assert.rejects(failed.read(into), /lost/);

  const closed = new ReceivedBytes(1);
  closed.put(Uint8Array.of(1));
  closed.close(new Error("closed"));
  assert.ok(closed.put(Uint8Array.of(2, 3)));
  assert.equal(closed.waitingBytes, 0);
  await assert.rejects(closed.read(into), /closed/);
});
