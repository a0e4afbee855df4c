import assert from "node:assert/strict";
import { SenderLimit } from "../../lib/discovery/sender_limit.ts";

function allowed(limit: SenderLimit, sender: string, nowMs: number, packets = 1000): number {
  return Array.from({ length: packets }, () => limit.allows(sender, nowMs)).filter(Boolean).length;
}

Deno.test("SenderLimit.allows() gives each sender its share of every second", () => {
  const limit = new SenderLimit();
  assert.equal(allowed(limit, "10.0.0.66", 0), 100);
  assert.equal(allowed(limit, "10.0.0.20", 10), 100);
  assert.equal(allowed(limit, "10.0.0.66", 999), 0);
  assert.equal(allowed(limit, "10.0.0.66", 1000), 100);
});

Deno.test("SenderLimit.allows() is bounded: more senders than that share what one has", () => {
  const limit = new SenderLimit();
  for (let sender = 0; sender < 256; sender++) assert.ok(limit.allows(`sender ${sender}`, 0));
  assert.equal(allowed(limit, "one more", 0, 60) + allowed(limit, "and another", 0, 60), 100);
  assert.equal(allowed(limit, "sender 0", 0), 99);
});
