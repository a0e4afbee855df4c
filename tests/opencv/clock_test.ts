import assert from "node:assert/strict";
import "../support/bridge.ts";
import { monotonicMicros, sleepUntil } from "../../lib/opencv/mod.ts";
import { moduleUrl, runScript } from "../support/script.ts";

Deno.test("monotonicMicros() goes forward at the pace of performance.now()", async () => {
  const here = monotonicMicros();
  const there = performance.now();
  await sleepUntil(here + 50_000);
  const micros = monotonicMicros() - here;
  const millis = performance.now() - there;
  assert.ok(micros >= 50_000);
  assert.ok(Math.abs(micros / 1000 - millis) < 5, `${micros} µs, ${millis} ms`);
});

Deno.test("monotonicMicros() is the same clock in another process", async () => {
  const before = monotonicMicros();
  const { stdout, stderr } = await runScript(`
    import { monotonicMicros } from "${moduleUrl("lib/opencv/mod.ts")}";
    console.log(monotonicMicros());
  `);
  const after = monotonicMicros();
  const there = Number(stdout);
  assert.ok(before < there && there < after, stderr);
});

Deno.test("sleepUntil() returns at once for a moment that has passed", async () => {
  const now = monotonicMicros();
  await sleepUntil(now - 1_000_000);
  assert.ok(monotonicMicros() - now < 500_000);
});
