import assert from "node:assert/strict";
import { HostRecords } from "../../lib/discovery/host_records.ts";
import type { Packet, Question, Record } from "../../lib/discovery/multicast_dns.d.ts";
import { ALL_SERVICES, fullName, SERVICE } from "../../lib/discovery/names.ts";

const STUDIO = fullName("studio");
const ADVERTISEMENT = { version: 1, isPrivate: true, fingerprint: undefined };
const HOST = { name: "studio", port: 65432, target: "b.local", advertisement: ADVERTISEMENT };
const own = new HostRecords(HOST);

function asks(question: Question, answers: Record[] = []): Packet {
  return { type: "query", questions: [question], answers, authorities: [], additionals: [] };
}

Deno.test("HostRecords.announcement() says where the host is, with one network's addresses", () => {
  const { answers } = own.announcement(["192.168.1.20", "fe80::1"]);
  assert.deepEqual(answers.map(({ name, type }) => `${name} ${type}`), [
    `${SERVICE} PTR`,
    `${STUDIO} SRV`,
    `${STUDIO} TXT`,
    "b.local A",
    "b.local AAAA",
    `${ALL_SERVICES} PTR`,
  ]);
  // What several computers may say together must not take the place of each other's.
  assert.ok(answers.every(({ type, flush = false }) => flush !== (type === "PTR")));
});

Deno.test("HostRecords.goodbye() takes back what is the host's alone", () => {
  const { answers } = own.goodbye(["192.168.1.20"]);
  assert.deepEqual(answers.map(({ type, ttl }) => `${type} ${ttl}`), [
    "PTR 0",
    "SRV 0",
    "TXT 0",
    "A 0",
  ]);
});

Deno.test("HostRecords.isAsked() answers whom it concerns, and who does not know yet", () => {
  for (
    const [name, type] of [
      [SERVICE, "PTR"],
      [SERVICE.toUpperCase(), "ANY"],
      [ALL_SERVICES, "PTR"],
      [STUDIO, "SRV"],
      [STUDIO, "TXT"],
      [STUDIO, "ANY"],
      ["B.local", "A"],
      ["b.local", "AAAA"],
    ] as const
  ) assert.ok(own.isAsked(asks({ name, type })), `${name} ${type}`);
  for (
    const [name, type] of [[SERVICE, "A"], ["_http._tcp.local", "PTR"], [fullName("other"), "SRV"]]
  ) assert.ok(!own.isAsked(asks({ name: name!, type: type! })), `${name} ${type}`);

  const question = { name: SERVICE, type: "PTR" };
  const known = { name: SERVICE, type: "PTR", data: STUDIO };
  assert.ok(!own.isAsked(asks(question, [{ ...known, ttl: 4500 }])));
  assert.ok(own.isAsked(asks(question, [{ ...known, ttl: 2000 }])));
  assert.ok(own.isAsked(asks(question, [{ ...known, ttl: 4500, data: fullName("other") }])));
});

Deno.test("HostRecords.isAsked() looks once at what the asker knows, however much is asked", () => {
  let looks = 0;
  const other = { name: SERVICE, type: "PTR", ttl: 4500 };
  const answers = Array.from({ length: 2000 }, () => ({
    ...other,
    get data() {
      looks++;
      return fullName("other");
    },
  }));
  const questions = Array.from({ length: 2000 }, () => ({ name: SERVICE, type: "PTR" }));
  const known = { ...other, data: STUDIO };
  assert.ok(!own.isAsked({ ...asks(questions[0]!, [...answers, known]), questions }));
  assert.equal(looks, 2000);
});

Deno.test("HostRecords.foreign() finds those of the same name that another computer has", () => {
  const { answers } = new HostRecords({ ...HOST, name: "STUDIO", target: "a.local" })
    .announcement(["192.168.1.21"]);
  assert.deepEqual(own.foreign(answers).map(({ type }) => type), ["SRV"]);
  assert.deepEqual(own.foreign(own.announcement(["192.168.1.20"]).answers), []);
  assert.deepEqual(own.foreign(answers.map((record) => ({ ...record, ttl: 0 }))), []);
  assert.deepEqual(
    own.foreign(new HostRecords({ ...HOST, name: "x" }).announcement([]).answers),
    [],
  );
});

Deno.test("HostRecords.yieldsTo() gives the name to exactly one of two, and to neither against itself", () => {
  const other = new HostRecords({ ...HOST, target: "a.local" });
  assert.ok(!own.yieldsTo(other.probe.authorities) && other.yieldsTo(own.probe.authorities));
  const higher = new HostRecords({ ...HOST, port: 65433 });
  assert.ok(own.yieldsTo(higher.probe.authorities) && !higher.yieldsTo(own.probe.authorities));
  assert.ok(!own.yieldsTo(own.probe.authorities) && !own.yieldsTo([]));
});

Deno.test("HostRecords names neither camera nor key", () => {
  const text = own.announcement([]).answers.find(({ type }) => type === "TXT");
  assert.deepEqual(text?.data, ["v=1", "private=1"]);
});
