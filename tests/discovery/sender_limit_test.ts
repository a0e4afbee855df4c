import assert from "node:assert/strict";
import { SenderLimit } from "../../lib/discovery/sender_limit.ts";

/** How many of so many packets are looked at. */
function allowed(
  limit: SenderLimit,
  sender: string,
  { nowMs = 0, bytes = 300, packets = 1000 } = {},
): number {
  return Array.from({ length: packets }, () => limit.allows(sender, { bytes, nowMs }))
    .filter(Boolean).length;
}

Deno.test("SenderLimit.allows() gives each sender its share of every second", () => {
  const limit = new SenderLimit();
  assert.equal(allowed(limit, "10.0.0.66"), 100);
  assert.equal(allowed(limit, "10.0.0.20", { nowMs: 10 }), 100);
  assert.equal(allowed(limit, "10.0.0.66", { nowMs: 999 }), 0);
  assert.equal(allowed(limit, "10.0.0.66", { nowMs: 1000 }), 100);
});

Deno.test("SenderLimit.allows() counts a long packet as those that it could have been", () => {
  const limit = new SenderLimit();
  assert.equal(allowed(limit, "10.0.0.66", { bytes: 8972 }), 16);
  assert.equal(allowed(limit, "10.0.0.20", { bytes: 1472 }), 100);
});

Deno.test("SenderLimit.allows() is bounded: more senders than that share what one has", () => {
  const limit = new SenderLimit();
  for (let sender = 0; sender < 256; sender++) {
    assert.equal(allowed(limit, `sender ${sender}`, { packets: 1 }), 1);
  }
  const others = ["one more", "and another"].map((sender) =>
    allowed(limit, sender, { packets: 60 })
  );
  assert.deepEqual(others, [60, 40]);
  assert.equal(allowed(limit, "sender 0"), 99);
});
