import assert from "node:assert/strict";
import fc from "fast-check";
import { didYouMean, slipsBetween, suggest } from "../../lib/cli/suggest.ts";

const FLAGS = ["--quality", "--port", "--max-guests", "--preview", "--no-preview", "--fps"];

Deno.test("slipsBetween() counts letters too many, too few, wrong and swapped", () => {
  assert.equal(slipsBetween("", ""), 0);
  assert.equal(slipsBetween("port", "port"), 0);
  assert.equal(slipsBetween("port", ""), 4);
  assert.equal(slipsBetween("prt", "port"), 1);
  assert.equal(slipsBetween("poort", "port"), 1);
  assert.equal(slipsBetween("pott", "port"), 1);
  assert.equal(slipsBetween("prot", "port"), 1);
  assert.equal(slipsBetween("kitten", "sitting"), 3);
});

Deno.test("slipsBetween() is the same both ways and at most the longer word's length", () => {
  fc.assert(fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
    const slips = slipsBetween(a, b);
    assert.equal(slips, slipsBetween(b, a));
    assert(slips <= Math.max(a.length, b.length));
    assert.equal(slips === 0, a === b);
  }));
});

Deno.test("suggest() finds the nearest word", () => {
  assert.equal(suggest("--qualty", FLAGS), "--quality");
  assert.equal(suggest("--QUALITY", FLAGS), "--quality");
  assert.equal(suggest("--maxguests", FLAGS), "--max-guests");
  assert.equal(suggest("--no-previw", FLAGS), "--no-preview");
  assert.equal(suggest("--pfs", FLAGS), "--fps");
});

Deno.test("suggest() takes the first of equally near words", () => {
  assert.equal(suggest("caz", ["cat", "car"]), "cat");
});

Deno.test("suggest() completes the only word that begins so", () => {
  assert.equal(suggest("--max", FLAGS), "--max-guests");
  assert.equal(suggest("--p", FLAGS), undefined);
});

Deno.test("suggest() stays silent where nothing is near", () => {
  assert.equal(suggest("--bananas", FLAGS), undefined);
  assert.equal(suggest("", FLAGS), undefined);
  assert.equal(suggest("--x", []), undefined);
});

Deno.test("didYouMean() adds nothing without a suggestion", () => {
  assert.equal(didYouMean("--port"), "; did you mean --port?");
  assert.equal(didYouMean(undefined), "");
});
