import assert from "node:assert/strict";
import { didYouMean, suggest } from "../../lib/cli/suggest.ts";

const FLAGS = ["--quality", "--port", "--max-guests", "--preview", "--no-preview", "--fps"];

Deno.test("suggest() finds the nearest word", () => {
  assert.equal(suggest("--qualty", FLAGS), "--quality");
  assert.equal(suggest("--QUALITY", FLAGS), "--quality");
  assert.equal(suggest("--maxguests", FLAGS), "--max-guests");
  assert.equal(suggest("--no-previw", FLAGS), "--no-preview");
  assert.equal(suggest("--pfs", FLAGS), "--fps");
});

Deno.test("suggest() takes the first of equally near words, as the alphabet has them", () => {
  assert.equal(suggest("caz", ["cat", "car"]), "car");
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
