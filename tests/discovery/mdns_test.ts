import assert from "node:assert/strict";
import { Mdns } from "../../lib/discovery/mdns.ts";
import { FakeTime } from "../support/fake_time.ts";

/** An interface that this computer does not have, so that nothing is sent. */
const ETH0 = {
  name: "eth0",
  family: "IPv4",
  address: "192.0.2.1",
  netmask: "255.255.255.0",
} as const;

Deno.test("Mdns keeps its links while the system does not say which interfaces there are", async () => {
  using time = new FakeTime();
  let look = () => [ETH0];
  const faults: string[] = [];
  await using mdns = new Mdns({
    onPacket() {},
    onFault: ({ message }, where) => {
      if (where === "new interfaces") faults.push(message);
    },
  }, () => look());
  const [link] = mdns.links;
  assert.ok(link);
  look = () => {
    throw new Error("Too many open files (os error 24)");
  };
  await time.advance(3000);
  assert.deepEqual(faults, ["Too many open files (os error 24)"]);
  assert.deepEqual(mdns.links, [link]);
  look = () => [];
  await time.advance(3000);
  assert.deepEqual(mdns.links, []);
});
