import assert from "node:assert/strict";
import { TapReader, type TapResult } from "./tap.ts";

/** What the runner prints for a pass, a failure, a skipped test, and a failed step. */
const PRINTED = `TAP version 14
# ./some_test.ts
ok 1 - a passes
not ok 2 - b fails "quoted"
  ---
  {"message":"Error: boom\\nline 2","severity":"fail","at":{"file":"./some_test.ts","line":2}}
  ...
ok 3 - c is skipped # SKIP
# Subtest: d has steps
    ok 1 - inner one
    not ok 2 - inner two
      ---
      {"message":"TypeError: x","severity":"fail","at":{"file":"./some_test.ts","line":4}}
      ...
    1..2
not ok 4 - d has steps
  ---
  {"message":"1 test step failed.","severity":"fail","at":{"file":"./some_test.ts","line":4}}
  ...
1..4`.split("\n");

function readAll(lines: string[]): { reader: TapReader; results: TapResult[] } {
  const reader = new TapReader();
  return { reader, results: lines.flatMap((line) => reader.push(line)) };
}

Deno.test("TapReader.push() gives each test's outcome and messages in order", () => {
  const { reader, results } = readAll(PRINTED);
  assert.deepEqual(results, [
    { name: "a passes", outcome: "passed", message: "" },
    { name: 'b fails "quoted"', outcome: "failed", message: "Error: boom\nline 2" },
    { name: "c is skipped", outcome: "skipped", message: "" },
    { name: "d has steps", outcome: "failed", message: "TypeError: x\n1 test step failed." },
  ]);
  assert.equal(reader.count, 4);
  assert.equal(reader.failed, 2);
  assert.ok(reader.complete);
});

Deno.test("TapReader.push() hands a passed test out with the next test's first line", () => {
  const reader = new TapReader();
  assert.deepEqual(reader.push("ok 1 - a passes"), []);
  assert.equal(reader.push("# Subtest: next")[0]?.name, "a passes");
});

Deno.test("TapReader.complete is false at every line but the last", () => {
  const reader = new TapReader();
  for (const line of PRINTED.slice(0, -1)) {
    reader.push(line);
    assert.equal(reader.complete, false, line);
  }
});

Deno.test("TapReader.complete is false when a result is missing from the plan", () => {
  const { reader } = readAll(["ok 1 - a passes", "1..2"]);
  assert.equal(reader.complete, false);
});

Deno.test("TapReader.push() passes over lines that are not TAP", () => {
  const { reader, results } = readAll(["warning: x", "", "ok 1 - a passes", "garbage", "1..1"]);
  assert.equal(results.length, 1);
  assert.ok(reader.complete);
});
