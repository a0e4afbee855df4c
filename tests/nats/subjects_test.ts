import assert from "node:assert/strict";
import fc from "fast-check";
import { CameraSubjects, subjectPart } from "../../lib/nats/subjects.ts";

Deno.test("subjectPart() makes one part of a subject of any name, and never the same of two", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (name) => {
    fc.pre(name.isWellFormed());
    const part = subjectPart(name);
    assert.match(part, /^[^\s.*>]+$/);
    assert.equal(decodeURIComponent(part), name.toLowerCase().normalize());
  }));
});

Deno.test("subjectPart() does not tell large letters from small ones", () => {
  assert.equal(subjectPart("Studio"), subjectPart("studio"));
});

Deno.test("CameraSubjects has a subject for each thing that is published", () => {
  const { state, ask } = new CameraSubjects("Werk 2.1", "front");
  assert.equal(state, "capturevideo.werk%202%2E1.front.state");
  assert.equal(ask, "capturevideo.werk%202%2E1.front.ask");
  const subjects = new CameraSubjects("studio", "*");
  assert.equal(subjects.frames("full"), "capturevideo.studio.%2A.full");
  assert.equal(subjects.wanted("small"), "capturevideo.studio.%2A.small.wanted");
});
