import assert from "node:assert/strict";
import { sayWhich } from "../../lib/discovery/choice.ts";
import type { FoundHost } from "../../lib/discovery/host_list.ts";
import { addressesOf, describeHost, hostTable, toJson } from "../../lib/discovery/host_text.ts";

const STUDIO: FoundHost = {
  name: "studio",
  port: 65432,
  addresses: ["fe80::1%eth0", "192.168.1.20", "2001:db8::7"],
  version: 1,
  isPrivate: true,
  fingerprint: "0123456789abcdef",
};
const LIAR: FoundHost = {
  name: "\x1b[2J\x1b]0;studio\x07\u202e" + "x".repeat(250),
  port: 1,
  addresses: ["10.0.0.66"],
  version: undefined,
  isPrivate: false,
  fingerprint: undefined,
};

Deno.test("addressesOf() writes them as the guest takes them, those of one network last", () => {
  assert.deepEqual(addressesOf(STUDIO), [
    "192.168.1.20:65432",
    "[2001:db8::7]:65432",
    "[fe80::1%eth0]:65432",
  ]);
});

Deno.test("hostTable() has a line for each host, and nothing in it that moves a terminal", () => {
  const [studio, liar] = hostTable([STUDIO, LIAR]);
  assert.equal(studio!.replaceAll(/ +/g, " "), "1 studio 192.168.1.20:65432 with a key");
  assert.match(liar!, /^2 {2}�\[2J�\]0;studio��x+… {2}10\.0\.0\.66:1 +open to all$/);
  assert.equal(studio!.indexOf("192"), liar!.indexOf("10.0"));
});

Deno.test("describeHost() and toJson() show a name from the network as text", () => {
  assert.equal(describeHost(STUDIO), "studio (192.168.1.20:65432)");
  for (const text of [describeHost(LIAR), JSON.stringify(toJson(LIAR)), sayWhich([STUDIO, LIAR])]) {
    assert.doesNotMatch(text, /[\p{Cc}\p{Bidi_Control}]|\\u00/u);
    assert.ok(text.length < 400);
  }
  assert.deepEqual(toJson(STUDIO), {
    name: "studio",
    addresses: addressesOf(STUDIO),
    private: true,
    version: 1,
    fingerprint: "0123456789abcdef",
  });
  assert.deepEqual([toJson(LIAR).version, toJson(LIAR).fingerprint], [null, null]);
});

Deno.test("sayWhich() names hosts and what to type", () => {
  const workshop = { ...STUDIO, name: "workshop" };
  assert.equal(
    sayWhich([STUDIO, workshop]),
    "Cannot choose a host: 2 answer: studio (192.168.1.20:65432), workshop (192.168.1.20:65432); " +
      "give its name or address, as in guest workshop",
  );
  assert.match(sayWhich([STUDIO, STUDIO]), /; give its address, as in guest 192\.168\.1\.20$/);
  assert.match(
    sayWhich(Array(100).fill(STUDIO)),
    /^Cannot choose a host: 100 answer: .*, and 92 more;/,
  );
});
