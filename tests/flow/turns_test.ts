import assert from "node:assert/strict";
import { Turns } from "../../lib/flow/turns.ts";

Deno.test("Turns.take() runs work in order, one at a time, past failures", async () => {
  const turns = new Turns();
  const events: string[] = [];
  const work = (name: string, fails = false) =>
    turns.take(async () => {
      events.push(`${name} begins`);
      await Promise.resolve();
      events.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    });
  const results = await Promise.allSettled([work("a"), work("b", true), work("c")]);
  assert.deepEqual(results.map(({ status }) => status), ["fulfilled", "rejected", "fulfilled"]);
  assert.deepEqual(events, [
    "a begins",
    "a ends",
    "b begins",
    "b ends",
    "c begins",
    "c ends",
  ]);
});
