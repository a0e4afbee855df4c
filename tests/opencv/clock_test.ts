import assert from "node:assert/strict";
import "../support/bridge.ts";
import { monotonicMicros, sleepUntil } from "../../lib/opencv/mod.ts";
import { moduleUrl, runScript } from "../support/script.ts";

Deno.test("monotonicMicros() goes forward at the pace of performance.now()", async () => {
  // Each look at one clock lies between two at the other.
  const look = () => {
    const fromMs = performance.now();
    const micros = monotonicMicros();
    return { fromMs, micros, toMs: performance.now() };
  };
  const before = look();
  await sleepUntil(before.micros + 50_000);
  const after = look();
  const ms = (after.micros - before.micros) / 1000;
  assert.ok(ms >= 50);
  const [least, most] = [after.fromMs - before.toMs, after.toMs - before.fromMs];
  assert.ok(ms > least - 0.01 && ms < most + 0.01, `${ms} ms, not ${least} to ${most}`);
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
  await sleepUntil(now - 60_000_000);
  // It neither waits for as long as that nor for ever.
  assert.ok(monotonicMicros() - now < 30_000_000);
});
