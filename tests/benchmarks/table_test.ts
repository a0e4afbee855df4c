import assert from "node:assert/strict";
import { cell, table } from "../../benchmarks/support/table.ts";

Deno.test("table() aligns names left and figures right", () => {
  const text = table([["", "age ms"], ["ours", "9.1"], ["the floor", "10.25"]]);
  assert.equal(
    text,
    [
      "           age ms",
      "---------  ------",
      "ours          9.1",
      "the floor   10.25",
    ].join("\n"),
  );
});

Deno.test("cell() shows a dash for what was not measured", () => {
  assert.equal(cell(undefined), "-");
  assert.equal(cell(NaN), "-");
  assert.equal(cell(1.26), "1.3");
});
