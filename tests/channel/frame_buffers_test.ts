import assert from "node:assert/strict";
import { FrameBuffers } from "../../lib/channel/frame_buffers.ts";

Deno.test("FrameBuffers.take() uses again what was given back, where it is large enough", () => {
  const buffers = new FrameBuffers();
  const first = buffers.take(1000);
  assert.equal(first.length, 1000);
  const second = buffers.take(1000);
  assert.notEqual(second.buffer, first.buffer);
  buffers.give(first);
  const smaller = buffers.take(10);
  assert.equal(smaller.length, 10);
  assert.equal(smaller.buffer, first.buffer);
  buffers.give(smaller);
  assert.equal(buffers.take(1100).buffer, first.buffer, "frames of one scene differ a little");
  buffers.give(first);
  const larger = buffers.take(5000);
  assert.equal(larger.length, 5000);
  assert.notEqual(larger.buffer, first.buffer);
});

Deno.test("FrameBuffers keeps no more than a few", () => {
  const buffers = new FrameBuffers();
  const taken = Array.from({ length: 100 }, () => buffers.take(10));
  for (const one of taken) buffers.give(one);
  const again = new Set(taken.map(() => buffers.take(10).buffer));
  const kept = taken.filter(({ buffer }) => again.has(buffer)).length;
  assert.ok(kept > 0 && kept <= 10, `${kept} are kept`);
});
