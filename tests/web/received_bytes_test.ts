/** What waits between the network and a session. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { MAX_WAITING_BYTES, ReceivedBytes } from "../../lib/web/received_bytes.ts";

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
  const received = new ReceivedBytes();
  assert.ok(received.put(new Uint8Array(MAX_WAITING_BYTES)));
  assert.equal(received.put(new Uint8Array(1)), false);
  assert.equal(await received.read(new Uint8Array(100)), 100);
  assert.ok(received.put(new Uint8Array(100)));
});
