import assert from "node:assert/strict";
import { Standstill } from "../../lib/flow/standstill.ts";

Deno.test("Standstill.take() tells how long the program stood still, once", () => {
  let nowMs = 5000;
  const standstill = new Standstill(250, () => nowMs);
  const after = (ms: number) => {
    nowMs += ms;
    return standstill.take();
  };
  assert.equal(after(250), 0);
  assert.equal(after(1250), 0, "a busy machine");
  assert.equal(after(1251), 1_001_000);
  assert.equal(after(250), 0);
  assert.equal(after(60_250), 60_000_000);
  assert.equal(after(0), 0);
});
