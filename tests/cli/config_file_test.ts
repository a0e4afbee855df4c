import assert from "node:assert/strict";
import { parseConfigFile } from "../../lib/cli/config_file.ts";
import { type Program, PROGRAMS } from "../../lib/cli/option.ts";
import { spec } from "./support.ts";

const read = (program: Program, text: string) => parseConfigFile(spec(program), text);

function given(program: Program, text: string): unknown[] {
  return read(program, text).given.map((
    option,
  ) => [option.name, "value" in option && option.value]);
}

function assertProblems(program: Program, text: string, ...lines: string[]): void {
  assert.deepEqual(read(program, text).problems, lines, text);
}

Deno.test("parseConfigFile() takes the program's own options, unchecked", () => {
  const text = '{ "maxGuests": 3, "quality": "no", "timeout": 5 }';
  assert.deepEqual(given("host", text), [["maxGuests", 3], ["quality", "no"]]);
  assert.deepEqual(read("host", text).problems, []);
});

Deno.test("parseConfigFile() serves all programs from one file", () => {
  const text = '{ "timeout": "not a guest\'s business here", "port": 5000, "fps": 10 }';
  assert.deepEqual(given("demo", text), [["fps", 10]]);
  assert.deepEqual(read("guest", text).given.map(({ name }) => name), ["timeout", "port"]);
});

Deno.test("parseConfigFile() accepts an empty object", () => {
  assert.deepEqual(read("host", "{}"), { given: [], problems: [] });
});

Deno.test("parseConfigFile() says in one line what is no JSON, and where", () => {
  const cases: ReadonlyArray<[text: string, why: RegExp]> = [
    ['{\n  "port": 1,\n}', /line 3 column 1/],
    ["{ port: 1 }", /line 1 column 3/],
    ['{ "port": 1 // mine\n}', /line 1 column 13/],
    ['{ "port": "a\nb" }', /line 1 column 13/],
    ['{\n "port": x\x1b[2J }', /'x'/],
    ['{ "port": 1\n', /line 2 column 1/],
    ["", /end/],
  ];
  for (const [text, why] of cases) {
    const [line = "", ...others] = read("host", text).problems;
    assert.deepEqual(others, []);
    assert.match(line, /^capturevideo\.json is not JSON: [^\p{Cc}]+$/u);
    assert.match(line, why);
  }
});

Deno.test("parseConfigFile() wants an object", () => {
  for (const text of ["[]", "5", '"port"', "null", "true"]) {
    assertProblems(
      "host",
      text,
      `capturevideo.json must be an object such as { "port": 5000 }, not ${text}`,
    );
  }
});

Deno.test("parseConfigFile() bears endless nesting", () => {
  const deep = "[".repeat(100_000) + "]".repeat(100_000);
  assert.equal(read("host", deep).problems.length, 1);
  assert.deepEqual(read("host", `{ "port": ${deep} }`).problems, []);
});

Deno.test("parseConfigFile() names unknown keys and what may have been meant", () => {
  const cases: ReadonlyArray<[key: string, rest: string]> = [
    ["qualty", '; did you mean "quality"?'],
    ["max-guests", '; did you mean "maxGuests"?'],
    ["max_guests", '; did you mean "maxGuests"?'],
    ["MAX_GUESTS", '; did you mean "maxGuests"?'],
    ["--port", '; did you mean "port"?'],
    ["bananas", ""],
    ["__proto__", '; did you mean "port"?'],
    ["", ""],
    // No suggestion may lead into the next error.
    ["contols", '; did you mean "control"?'],
  ];
  for (const [key, rest] of cases) {
    assertProblems(
      "host",
      `{ ${JSON.stringify(key)}: 1 }`,
      `${JSON.stringify(key)} in capturevideo.json is not an option${rest}`,
    );
  }
});

Deno.test("parseConfigFile() suggests options of other programs as well", () => {
  assertProblems(
    "host",
    '{ "timeot": 1 }',
    '"timeot" in capturevideo.json is not an option; did you mean "timeout"?',
  );
});

Deno.test("parseConfigFile() refuses what only a command line can ask for", () => {
  const line = '"list" in capturevideo.json can only be given on the command line, as --list';
  for (const program of PROGRAMS) assertProblems(program, '{ "list": true }', line);
});

Deno.test("parseConfigFile() takes no key: the file is for others to read as well", () => {
  const line =
    '"key" in capturevideo.json can only be given in the environment, as CAPTUREVIDEO_KEY';
  for (const program of PROGRAMS) assertProblems(program, '{ "key": "7K2M-Q9XD-4RTV-H3WB" }', line);
});

Deno.test("parseConfigFile() reports every problem", () => {
  assertProblems(
    "host",
    '{ "bananas": 1, "port": 5, "controls": 1 }',
    '"bananas" in capturevideo.json is not an option',
    '"controls" in capturevideo.json can only be given on the command line, as --controls',
  );
});

Deno.test("parseConfigFile() quotes the key and names the file", () => {
  const [option] = read("host", '{ "port": 5 }').given;
  assert.equal(option?.label, '"port" in capturevideo.json');
});
