import assert from "node:assert/strict";
import fc from "fast-check";
import type { OptionDefinition, SettingValue } from "../../lib/cli/option.ts";
import {
  listed,
  rangeOf,
  type Reading,
  readText,
  readValue,
  ruleOf,
  shown,
} from "../../lib/cli/values.ts";

const COMMON = { help: "Help", group: "Output", programs: ["host"] } as const;
const TEXT: OptionDefinition = { ...COMMON, kind: "text", default: "a", value: "text" };
const FORMED: OptionDefinition = {
  ...TEXT,
  form: { pattern: /^[a-z]+$/, says: "small letters" },
};
const INTEGER = { ...COMMON, kind: "integer", default: 5, min: -3, max: 10 } as const;
const OPEN_INTEGER = { ...COMMON, kind: "integer", default: 5, min: 1, unit: "frames" } as const;
const NUMBER = { ...COMMON, kind: "number", default: 5, min: 1, max: 10 } as const;
const ABOVE = { ...COMMON, kind: "number", default: 5, above: 0, max: 9, unit: "seconds" } as const;
const BOOLEAN: OptionDefinition = { ...COMMON, kind: "boolean", default: false };
const CHOICE: OptionDefinition = {
  ...COMMON,
  kind: "choice",
  choices: ["off", "line", 90],
  default: "off",
};
const LIST: OptionDefinition = {
  ...COMMON,
  kind: "list",
  default: [],
  value: "name=number",
  form: { pattern: /^\w+=\d+$/, says: "name=number" },
};

function good(value: SettingValue): Reading {
  return { value };
}

function assertWrong(definition: OptionDefinition, reading: Reading, wrong: unknown): void {
  assert.deepEqual(reading, { fault: `must be ${ruleOf(definition)}, not ${shown(wrong)}` });
}

/** Something that reads an option's value, and the option. */
interface Reader {
  readonly definition: OptionDefinition;
  readonly read: (given: unknown) => Reading;
}

function assertAllWrong({ definition, read }: Reader, given: readonly unknown[]): void {
  for (const wrong of given) assertWrong(definition, read(wrong), wrong);
}

const fromText = (definition: OptionDefinition): Reader => ({
  definition,
  read: (text) => readText(definition, text as string),
});
const fromJson = (definition: OptionDefinition): Reader => ({
  definition,
  read: (value) => readValue(definition, value),
});

Deno.test("readText() takes any text but an empty one and one with NUL", () => {
  assert.deepEqual(readText(TEXT, "a b, ü"), good("a b, ü"));
  assert.deepEqual(readText(FORMED, "abc"), good("abc"));
  assertAllWrong(fromText(TEXT), ["", "a\0b"]);
  assertAllWrong(fromText(FORMED), ["", "ABC", "a b"]);
});

Deno.test("readText() takes integers written in decimal, within the range", () => {
  assert.deepEqual(readText(INTEGER, "-3"), good(-3));
  assert.deepEqual(readText(INTEGER, "+10"), good(10));
  assert.deepEqual(readText(INTEGER, "007"), good(7));
  assert.deepEqual(readText(OPEN_INTEGER, "9007199254740991"), good(9007199254740991));
  const wrong = ["-4", "11", "", " 5", "5 ", "5.0", "1e1", "0x5", "five", "NaN", "Infinity", "5,0"];
  assertAllWrong(fromText(INTEGER), wrong);
  assertAllWrong(fromText(OPEN_INTEGER), ["0", "9007199254740992", "9".repeat(400)]);
});

Deno.test("readText() takes numbers written in decimal, within the range", () => {
  assert.deepEqual(readText(NUMBER, "1"), good(1));
  assert.deepEqual(readText(NUMBER, "2.5"), good(2.5));
  assert.deepEqual(readText(NUMBER, "10."), good(10));
  assert.deepEqual(readText(ABOVE, ".001"), good(0.001));
  assertAllWrong(fromText(NUMBER), ["0.999", "10.001", "", ".", "1e0", "0x2", "NaN", "2,5", "1 s"]);
  assertAllWrong(fromText(ABOVE), ["0", "-0", "0.0", "-1", "9.1", "Infinity"]);
});

Deno.test("readText() takes the usual words for true and false", () => {
  for (const text of ["true", "1", "yes", "on", "True", "ON"]) {
    assert.deepEqual(readText(BOOLEAN, text), good(true), text);
  }
  for (const text of ["false", "0", "no", "off", "FALSE"]) {
    assert.deepEqual(readText(BOOLEAN, text), good(false), text);
  }
  assertAllWrong(fromText(BOOLEAN), ["", "2", "maybe", "tru", " true"]);
});

Deno.test("readText() takes one of the choices, in capitals too", () => {
  assert.deepEqual(readText(CHOICE, "line"), good("line"));
  assert.deepEqual(readText(CHOICE, "LINE"), good("line"));
  assert.deepEqual(readText(CHOICE, "90"), good(90));
  assertAllWrong(fromText(CHOICE), ["", "on", "90.0", "lin", "off,line"]);
});

Deno.test("readText() takes a list joined with commas and names the wrong item", () => {
  assert.deepEqual(readText(LIST, "a=1"), good(["a=1"]));
  assert.deepEqual(readText(LIST, "a=1,b=2"), good(["a=1", "b=2"]));
  assertWrong(LIST, readText(LIST, "a=1,b,c"), "b");
  assertWrong(LIST, readText(LIST, "a=1,"), "");
});

Deno.test("readValue() takes values of the right type and no others", () => {
  assert.deepEqual(readValue(TEXT, "a"), good("a"));
  assertAllWrong(fromJson(TEXT), ["", 1, null, true, [], {}]);
  assert.deepEqual(readValue(INTEGER, 10), good(10));
  assertAllWrong(fromJson(INTEGER), [11, -4, 1.5, "5", null, true, [5]]);
  assertAllWrong(fromJson(OPEN_INTEGER), [0, 2 ** 53, Infinity]);
  assert.deepEqual(readValue(NUMBER, 1.5), good(1.5));
  assertAllWrong(fromJson(NUMBER), [0.9, 10.1, "5", null, Infinity]);
  assertAllWrong(fromJson(ABOVE), [0, -0, -1]);
  assert.deepEqual(readValue(INTEGER, -0), good(0));
  assert.deepEqual(readValue(BOOLEAN, true), good(true));
  assertAllWrong(fromJson(BOOLEAN), ["true", 1, 0, null]);
  assert.deepEqual(readValue(CHOICE, 90), good(90));
  assertAllWrong(fromJson(CHOICE), ["90", "LINE", null, 91]);
  assert.deepEqual(readValue(LIST, ["a=1", "b=2"]), good(["a=1", "b=2"]));
  assert.deepEqual(readValue(LIST, []), good([]));
  assertAllWrong(fromJson(LIST), ["a=1", { a: 1 }, null]);
  assertWrong(LIST, readValue(LIST, ["a=1", 2]), 2);
});

Deno.test("readValue() gives the same as JSON.stringify() and readText() for any number", () => {
  fc.assert(fc.property(fc.double({ min: -20, max: 20, noNaN: true }), (value) => {
    const text = JSON.stringify(value);
    fc.pre(!text.includes("e"));
    assert.equal("value" in readValue(NUMBER, value), "value" in readText(NUMBER, text));
    assert.equal("value" in readText(NUMBER, text), value >= 1 && value <= 10);
  }));
});

Deno.test("ruleOf() says what each kind accepts", () => {
  assert.equal(ruleOf(TEXT), "a text that is not empty");
  assert.equal(ruleOf(FORMED), "small letters");
  assert.equal(ruleOf(INTEGER), "an integer from -3 to 10");
  assert.equal(ruleOf(OPEN_INTEGER), "an integer of at least 1 frames");
  assert.equal(ruleOf(NUMBER), "a number from 1 to 10");
  assert.equal(ruleOf(ABOVE), "a number above 0 and at most 9 seconds");
  assert.equal(ruleOf(BOOLEAN), "true or false");
  assert.equal(ruleOf(CHOICE), "off, line or 90");
  assert.equal(ruleOf(LIST), "a list of name=number");
});

Deno.test("rangeOf() leaves the unit out", () => {
  assert.equal(rangeOf(OPEN_INTEGER), "of at least 1");
  assert.equal(rangeOf(ABOVE), "above 0 and at most 9");
});

Deno.test("readText() says in one line what must be, and what was written instead", () => {
  assert.deepEqual(readText(INTEGER, "11"), {
    fault: 'must be an integer from -3 to 10, not "11"',
  });
  assert.deepEqual(readText(BOOLEAN, "a\nb"), { fault: 'must be true or false, not "a\\nb"' });
  const hint = (text: string) => text === "b" ? "have an a" : undefined;
  const hinted = { ...TEXT, form: { pattern: /./, says: "a text", hint } };
  assert.deepEqual(readText(hinted, "b"), { fault: 'must have an a, not "b"' });
  assert.deepEqual(readText(hinted, "a"), good("a"));
});

Deno.test("shown() is short, on one line, and tells texts from values", () => {
  assert.deepEqual([shown("5"), shown(5), shown(null), shown(["a"])], [
    '"5"',
    "5",
    "null",
    '["a"]',
  ]);
  assert.equal(shown("x".repeat(1000)).length, 81);
  assert.equal(shown(undefined), "undefined");
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    assert(!/[\r\n]/.test(shown(text)));
  }));
});

Deno.test("listed() joins words as a sentence does", () => {
  assert.equal(listed([], "or"), "");
  assert.equal(listed(["a"], "or"), "a");
  assert.equal(listed(["a", "b"], "and"), "a and b");
  assert.equal(listed(["a", "b", "c"], "or"), "a, b or c");
});
