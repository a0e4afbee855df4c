import assert from "node:assert/strict";
import {
  describeFinding,
  type Finding,
  findingsAsJson,
  good,
  isHealthy,
} from "../../lib/doctor/finding.ts";

const STOP: Finding = {
  subject: "port",
  verdict: "stop",
  what: "Cannot listen on port 65432: the address is already in use\x1b[2J",
  why: "a host has to listen there",
  type: ["deno task host --port 65433", "sudo ss -ltnp"],
};

Deno.test("describeFinding() says what, why, and what to type, and nothing that moves a terminal", () => {
  assert.deepEqual(describeFinding(STOP).split("\n"), [
    "stop  port      Cannot listen on port 65432: the address is already in use\ufffd[2J",
    "                why:  a host has to listen there",
    "                type: deno task host --port 65433",
    "                type: sudo ss -ltnp",
  ]);
  assert.equal(describeFinding(good("Deno", "2.9.6")), "good  Deno      2.9.6");
});

Deno.test("findingsAsJson() has the same for programs", () => {
  assert.deepEqual(JSON.parse(findingsAsJson([good("Deno", "2.9.6"), STOP])), {
    healthy: false,
    findings: [
      { subject: "Deno", verdict: "good", what: "2.9.6", why: null, type: [] },
      { ...STOP, what: STOP.what.replace("\x1b", "\ufffd") },
    ],
  });
});

Deno.test("isHealthy() minds nothing but what stops a picture", () => {
  const note: Finding = { subject: "camera", verdict: "note", what: "it cannot be listed" };
  assert.ok(isHealthy([]) && isHealthy([good("Deno", "2.9.6"), note]));
  assert.ok(!isHealthy([note, STOP, note]));
});
