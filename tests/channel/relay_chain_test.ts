import assert from "node:assert/strict";
import { RelayChain } from "../../lib/channel/relay_chain.ts";
import { MAX_RELAYS } from "../../lib/protocol/messages.ts";

Deno.test("RelayChain knows itself in what came round, over any number of others", () => {
  const chains = Array.from({ length: 3 }, () => new RelayChain());
  const [first, second, third] = chains as [RelayChain, RelayChain, RelayChain];
  assert.ok(!second.isIn(first.ids));
  second.add(first.ids);
  third.add(second.ids);
  assert.ok(first.isIn(third.ids));
});

Deno.test("RelayChain forgets who has left, and tells no more than a HELLO holds", () => {
  const [first, second] = [new RelayChain(), new RelayChain()];
  const connections = [second.add(first.ids), second.add(first.ids)];
  connections[0]![Symbol.dispose]();
  assert.deepEqual(second.ids, [second.id, first.id]);
  connections[1]![Symbol.dispose]();
  assert.deepEqual(second.ids, [second.id]);
  second.add(Array.from({ length: MAX_RELAYS }, (_, n) => `${n}`));
  assert.equal(second.ids.length, MAX_RELAYS);
  assert.equal(second.ids[0], second.id);
});

Deno.test("RelayChain.via says through whom another host's pictures come, and nothing of its own", () => {
  const [first, second] = [new RelayChain(), new RelayChain()];
  assert.equal(new RelayChain().via, undefined);
  first.comesVia([]);
  second.comesVia(first.via!);
  assert.deepEqual(second.via, [second.id, first.id]);
  first.comesVia(second.via!);
  assert.ok(first.isIn(second.via!));
  assert.deepEqual(first.via, [first.id, second.id]);
  first.comesVia(Array.from({ length: MAX_RELAYS }, (_, n) => `${n}`));
  assert.equal(first.via!.length, MAX_RELAYS);
});
