import assert from "node:assert/strict";
import fc from "fast-check";
import { HostList, MAX_HOSTS, MAX_HOSTS_OF_SENDER } from "../../lib/discovery/host_list.ts";
import { HostRecords } from "../../lib/discovery/host_records.ts";
import type { Packet, Record } from "../../lib/discovery/multicast_dns.d.ts";
import { fullName, SERVICE } from "../../lib/discovery/names.ts";

const SENDER = "192.168.1.20";

const ADVERTISEMENT = { version: 1, isPrivate: true, fingerprint: "0123456789abcdef" };

function records(name: string, target = `${name}.local`): HostRecords {
  return new HostRecords({ name, port: 65432, target, advertisement: ADVERTISEMENT });
}

/** As it comes from the network: texts as bytes. */
function packet(answers: readonly Record[]): Packet {
  const received = answers.map((record) =>
    record.type === "TXT"
      ? { ...record, data: (record.data as string[]).map((text) => new TextEncoder().encode(text)) }
      : record
  );
  return { type: "response", questions: [], answers: received, authorities: [], additionals: [] };
}

function from(sender: string, nowMs = 0) {
  return { sender, interfaceName: "eth0", nowMs };
}

function announced(list: HostList, name: string, addresses = [SENDER], sender = SENDER) {
  list.take(packet(records(name).announcement(addresses).answers), from(sender));
}

Deno.test("HostList.take() gathers a host from one packet", () => {
  const list = new HostList();
  announced(list, "studio", ["192.168.1.20", "2001:db8::7", "fe80::1"]);
  assert.deepEqual(list.hosts, [{
    ...ADVERTISEMENT,
    name: "studio",
    port: 65432,
    addresses: ["192.168.1.20", "2001:db8::7", "fe80::1%eth0"],
  }]);
  assert.ok(!list.isIncomplete && !list.isFull);
});

Deno.test("HostList.take() gathers a host from packets with one record each, in any order, and asks for the rest", () => {
  const { answers } = records("studio").announcement([SENDER]);
  fc.assert(fc.property(fc.shuffledSubarray(answers, { minLength: answers.length }), (shuffled) => {
    const list = new HostList();
    for (let round = 0; list.hosts.length === 0 || list.hosts[0]!.version === undefined; round++) {
      assert.ok(round < 3);
      for (const record of shuffled) list.take(packet([record]), from(SENDER));
    }
    assert.equal(list.hosts[0]!.fingerprint, ADVERTISEMENT.fingerprint);
  }));
  const list = new HostList();
  list.take(packet(answers.filter(({ type }) => type === "PTR")), from(SENDER));
  assert.ok(list.isIncomplete);
  assert.deepEqual(list.questions(), [{ name: fullName("studio"), type: "SRV" }]);
  assert.ok(!list.isIncomplete);
  list.take(packet(answers.filter(({ type }) => type === "SRV")), from(SENDER));
  for (let round = 0; round < 3; round++) {
    assert.deepEqual(list.questions().map(({ name, type }) => `${name} ${type}`), [
      "studio.local A",
      "studio.local AAAA",
    ]);
  }
  assert.deepEqual([list.questions(), list.hosts], [[], []]);
});

Deno.test("HostList keeps two computers that claim one name, and puts the address that speaks first", () => {
  const list = new HostList();
  announced(list, "studio");
  const lie = records("studio", "liar.local").announcement(["192.168.1.1", "192.168.1.66"]);
  list.take(packet(lie.answers), from("192.168.1.66"));
  assert.deepEqual(list.hosts.map(({ addresses }) => addresses), [
    [SENDER],
    ["192.168.1.66", "192.168.1.1"],
  ]);
});

Deno.test("HostList does not let another computer say what a host is", () => {
  const list = new HostList();
  announced(list, "studio");
  const text = records("studio").announcement([]).answers.find(({ type }) => type === "TXT")!;
  list.take(packet([{ ...text, data: ["v=1", "private=0"] }]), from("192.168.1.66"));
  assert.deepEqual(list.hosts.map(({ isPrivate }) => isPrivate), [true]);
  list.take(packet([{ ...text, data: ["v=1", "private=0"] }]), from(SENDER));
  assert.deepEqual(list.hosts.map(({ isPrivate }) => isPrivate), [false]);
});

Deno.test("HostList forgets a host that said goodbye, unless it contradicts", () => {
  const list = new HostList();
  announced(list, "studio");
  announced(list, "workshop");
  for (const name of ["studio", "workshop"]) {
    const goodbye = packet(records(name).goodbye([SENDER]).answers);
    assert.ok(list.take(goodbye, from("192.168.1.66", 1000)));
  }
  announced(list, "workshop");
  list.forget({ nowMs: 2400, heardSinceMs: 0 });
  assert.equal(list.hosts.length, 2);
  list.forget({ nowMs: 2500, heardSinceMs: 0 });
  assert.deepEqual(list.hosts.map(({ name }) => name), ["workshop"]);
});

Deno.test("HostList forgets a host that was not heard of since, or whose time is over", () => {
  const list = new HostList();
  announced(list, "studio");
  list.forget({ nowMs: 119_999, heardSinceMs: 0 });
  assert.equal(list.hosts.length, 1);
  list.forget({ nowMs: 120_000, heardSinceMs: 0 });
  assert.equal(list.hosts.length, 0);
  announced(list, "studio");
  list.forget({ nowMs: 1, heardSinceMs: 1 });
  assert.equal(list.hosts.length, 0);
});

Deno.test("HostList is bounded, in all and for each computer, and says so", () => {
  const list = new HostList();
  for (let number = 0; number < 10_000; number++) {
    announced(list, `liar ${number}`, ["192.168.1.66"], "192.168.1.66");
  }
  assert.equal(list.hosts.length, MAX_HOSTS_OF_SENDER);
  assert.ok(list.isFull);
  announced(list, "studio");
  assert.equal(list.hosts.at(-1)?.name, "studio");
  for (let number = 0; number < 10_000; number++) {
    const address = `10.0.${number >> 8}.${number & 255}`;
    announced(list, `liar ${number}`, [address], address);
  }
  assert.equal(list.hosts.length, MAX_HOSTS);
  assert.ok(list.hosts.some(({ name }) => name === "studio"));
});

Deno.test("HostList keeps few addresses of a host, and none that is no other computer's", () => {
  const list = new HostList();
  const many = Array.from({ length: 1000 }, (_, number) => `10.0.${number >> 8}.${number & 255}`);
  announced(list, "studio", ["127.0.0.1", "::1", "224.0.0.251", ...many, SENDER]);
  const [{ addresses } = { addresses: [] }] = list.hosts;
  assert.deepEqual([addresses.length, addresses[0]], [8, SENDER]);
});

Deno.test("HostList.questions() asks for nothing that is no name, and for little at a time", () => {
  const list = new HostList();
  for (let number = 0; number < 1000; number++) {
    list.take(
      packet([{ name: SERVICE, type: "PTR", ttl: 120, data: fullName(`a${number}`) }]),
      from(SENDER),
    );
  }
  assert.equal(list.questions().length, 16);
  list.take(
    packet([
      { name: SERVICE, type: "PTR", ttl: 120, data: fullName("\ufffd".repeat(60)) },
      { name: SERVICE, type: "PTR", ttl: 120, data: fullName("a..b") },
      // The dot would be lost, and the label be one of 80 bytes, which nobody can read.
      {
        name: SERVICE,
        type: "PTR",
        ttl: 120,
        data: fullName(`${"a".repeat(40)}\n.${"b".repeat(40)}`),
      },
    ]),
    from(SENDER),
  );
  assert.deepEqual(list.questions(), []);
});

Deno.test("HostList.take() takes any records", () => {
  const text = fc.oneof(fc.string(), fc.constant(SERVICE), fc.constant(fullName("studio")));
  const data = fc.oneof(
    fc.anything(),
    text,
    fc.record({ target: fc.anything(), port: fc.anything() }),
  );
  const type = fc.constantFrom("PTR", "SRV", "TXT", "A", "AAAA", "NSEC");
  const record = fc.record({ name: text, type, ttl: fc.nat(), data });
  fc.assert(fc.property(fc.array(record), (answers) => {
    const list = new HostList();
    list.take({ ...packet([]), answers }, from(SENDER));
    list.questions();
    assert.ok(list.hosts.length <= MAX_HOSTS);
  }));
});
