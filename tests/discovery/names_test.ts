import assert from "node:assert/strict";
import fc from "fast-check";
import { byteLength, canBeHostName, HOST_NAME_FORM } from "../../lib/cli/host_name.ts";
import {
  fullName,
  isSameName,
  nameIn,
  nameOfMachine,
  nextName,
} from "../../lib/discovery/names.ts";

Deno.test("HOST_NAME_FORM takes names of any script, and nothing that could be an address or an order", () => {
  for (const name of ["studio", "studio (2)", "Küche", "書斎", "front-door_1", "x".repeat(63)]) {
    assert.ok(canBeHostName(name), name);
    assert.match(name, HOST_NAME_FORM.pattern);
  }
  const others = ["", " ", " a", "a ", "a.b", "a:1", "a/b", "a@b", "\x1b[2J", "a\nb", "\u202ea"];
  for (const name of [...others, "[a]", 'a"', "x".repeat(64), "ü".repeat(32), "localhost"]) {
    assert.ok(!canBeHostName(name), JSON.stringify(name));
  }
  assert.equal(HOST_NAME_FORM.hint?.("x".repeat(63)), undefined);
  assert.equal(HOST_NAME_FORM.hint?.("ü".repeat(32)), "have at most 63 bytes");
});

Deno.test("nextName() counts, and never makes a name too long", () => {
  assert.equal(nextName("studio"), "studio (2)");
  assert.equal(nextName("studio (2)"), "studio (3)");
  assert.equal(nextName("studio (9)"), "studio (10)");
  assert.equal(nextName("(2)"), "(2) (2)");
  assert.equal(nextName("x".repeat(63)), `${"x".repeat(59)} (2)`);
  fc.assert(fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 90 }), (name) => {
    const next = nextName(name);
    assert.ok(byteLength(next) <= 63, next);
    assert.notEqual(next, name);
    assert.ok(next.isWellFormed());
  }));
});

Deno.test("nameIn() gives back what fullName() was given, and nothing of other services", () => {
  for (const name of ["studio", "studio (2)", "a.b"]) assert.equal(nameIn(fullName(name)), name);
  assert.equal(nameIn("Studio._CaptureVideo._TCP.local"), "Studio");
  for (
    const other of [
      "",
      "_capturevideo._tcp.local",
      "._capturevideo._tcp.local",
      "a._http._tcp.local",
    ]
  ) {
    assert.equal(nameIn(other), undefined, other);
  }
  assert.ok(isSameName("Studio", "stuDIO") && !isSameName("studio", "studio2"));
});

Deno.test("nameOfMachine() is the machine's name without its domain, and always one that can be used", () => {
  assert.equal(nameOfMachine("studio"), "studio");
  assert.equal(nameOfMachine("studio.example.org"), "studio");
  for (const hostname of ["", ".", "\x1b[31m", "x".repeat(64)]) {
    assert.equal(nameOfMachine(hostname), "camera");
  }
});
