import assert from "node:assert/strict";
import { Standstill } from "../../lib/flow/standstill.ts";
import { FakeTime } from "../support/fake_time.ts";

Deno.test("Standstill.take() tells how long the program stood still, once", async () => {
  using time = new FakeTime();
  const standstill = new Standstill(250);
  const after = async (ms: number) => {
    await time.advance(ms);
    return standstill.take();
  };
  assert.equal(await after(250), 0);
  assert.equal(await after(1250), 0, "a busy machine");
  assert.equal(await after(1251), 1_001_000);
  assert.equal(await after(250), 0);
  assert.equal(await after(60_250), 60_000_000);
  assert.equal(await after(0), 0);
});
