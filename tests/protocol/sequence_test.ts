import assert from "node:assert/strict";
import fc from "fast-check";
import { nextSequence, sequenceDistance } from "../../lib/protocol/sequence.ts";

Deno.test("nextSequence() wraps around behind 2^32 - 1", () => {
  assert.equal(nextSequence(0), 1);
  assert.equal(nextSequence(0x7fffffff), 0x80000000);
  assert.equal(nextSequence(0xffffffff), 0);
});

Deno.test("sequenceDistance() counts across the wrap-around", () => {
  assert.equal(sequenceDistance(5, 5), 0);
  assert.equal(sequenceDistance(5, 7), 2);
  assert.equal(sequenceDistance(7, 5), -2);
  assert.equal(sequenceDistance(0xfffffffe, 3), 5);
  assert.equal(sequenceDistance(3, 0xfffffffe), -5);
});

Deno.test("sequenceDistance() finds any step below 2^31 from anywhere", () => {
  const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
  fc.assert(fc.property(u32, fc.integer({ min: 1 - 2 ** 31, max: 2 ** 31 - 1 }), (from, step) => {
    assert.equal(sequenceDistance(from, (from + step) >>> 0), step);
  }));
});
