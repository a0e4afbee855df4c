import assert from "node:assert/strict";
import fc from "fast-check";
import { findJsonError, positionOf } from "../../lib/cli/json_syntax.ts";

/** Text and, marked by `‸`, the first character that makes it something else than JSON. */
const BROKEN = [
  "‸",
  "  ‸",
  "{‸",
  '{ "a": 1‸',
  '{ "a": 1, ‸}',
  '{ "a" ‸1 }',
  "{ ‸a: 1 }",
  "{ ‸'a': 1 }",
  '{ "a": 1 } ‸x',
  '{ "a": ‸// comment\n 1 }',
  '{ "a": 0‸1 }',
  '{ "a": ‸+1 }',
  '{ "a": ‸.5 }',
  '{ "a": 1‸. }',
  '{ "a": ‸True }',
  '{ "a": ‸NaN }',
  '{ "a": "unclosed‸',
  '{ "a": "line‸\nbreak" }',
  '{ "a": "‸\\x" }',
  '{ "a": "‸\\u12g4" }',
  "[1, ‸]",
  "[1 ‸2]",
  "‸]",
];

const isJson = (text: string) => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

Deno.test("findJsonError() points at the first wrong character", () => {
  for (const marked of BROKEN) {
    const text = marked.replace("‸", "");
    assert(!isJson(text), marked);
    assert.equal(findJsonError(text), marked.indexOf("‸"), marked);
  }
});

Deno.test("findJsonError() accepts every JSON text, with any white space", () => {
  fc.assert(fc.property(fc.json(), fc.integer({ min: 0, max: 4 }), (text, indent) => {
    assert.equal(findJsonError(text), undefined);
    assert.equal(
      findJsonError(`\r\n${JSON.stringify(JSON.parse(text), null, indent)}\t`),
      undefined,
    );
  }));
});

Deno.test("findJsonError() agrees with JSON.parse() on damaged texts", () => {
  const pieces = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"',
    "a",
    "\\",
    "1",
    "-",
    ".",
    "e",
    "true",
    " ",
    "\n",
  ];
  fc.assert(
    fc.property(
      fc.json({ maxDepth: 3 }),
      fc.nat(),
      fc.nat({ max: 3 }),
      fc.array(fc.constantFrom(...pieces), { maxLength: 4 }),
      (json, seed, cut, inserted) => {
        const at = seed % (json.length + 1);
        const text = json.slice(0, at) + inserted.join("") + json.slice(at + cut);
        assert.equal(findJsonError(text) === undefined, isJson(text), text);
      },
    ),
    { numRuns: 3000 },
  );
});

Deno.test("findJsonError() agrees with JSON.parse() on texts of JSON's own characters", () => {
  const pieces = ["{", "}", "[", "]", ",", ":", '"a"', "1", "-0", "null", " "];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 8 }), (parts) => {
      const text = parts.join("");
      assert.equal(findJsonError(text) === undefined, isJson(text), text);
    }),
    { numRuns: 5000 },
  );
});

Deno.test("findJsonError() bears long strings and refuses endless nesting", () => {
  assert.equal(findJsonError(JSON.stringify('\\"x'.repeat(200_000))), undefined);
  assert.equal(findJsonError("[".repeat(100_000)), 101);
});

Deno.test("positionOf() counts lines and columns from 1, in characters", () => {
  assert.deepEqual(positionOf("abc", 0), { line: 1, column: 1 });
  assert.deepEqual(positionOf("abc", 3), { line: 1, column: 4 });
  assert.deepEqual(positionOf("a\nbc\nd", 3), { line: 2, column: 2 });
  assert.deepEqual(positionOf("a\r\nb", 3), { line: 2, column: 1 });
  assert.deepEqual(positionOf("📷x", 2), { line: 1, column: 2 });
});
