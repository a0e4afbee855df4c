/**
 * The tests that need real cameras, in a machine that has them.
 *
 * Boots the camera machine once, runs `inside/*_test.ts` there, and reports each as a step here.
 * `CAMERA_TESTS=loopback` runs only those inside with that word in their name.
 */

import assert from "node:assert/strict";
import { cameraImage } from "./image.ts";
import { prepareTests, testJob } from "./job.ts";
import { CameraMachine } from "./machine.ts";
import { whyNoCameraMachine } from "./requirements.ts";
import { TapReader, type TapResult } from "./tap.ts";

/** Alone on two processors it takes a third of this, in milliseconds. */
const TIMEOUT_MS = 1_600_000;

const reason = await whyNoCameraMachine();

Deno.test({
  name: reason === undefined
    ? "camera machine: every test inside passes"
    : `camera machine: skipped: ${reason}`,
  ignore: reason !== undefined,
  fn: async (t) => {
    await prepareTests();
    const job = testJob(Deno.env.get("CAMERA_TESTS"));
    await using machine = await CameraMachine.boot(await cameraImage(), job, {
      timeoutMs: TIMEOUT_MS,
    });
    const reader = new TapReader();
    const printed: string[] = [];
    for await (const line of machine.lines()) {
      printed.push(line);
      for (const result of reader.push(line)) await report(t, result);
    }
    const status = await machine.status();
    const rest = `; it printed:\n${printed.slice(-30).join("\n")}`;
    assert.ok(reader.complete, `the test runner inside stopped in the middle${rest}`);
    assert.equal(status, reader.failed > 0 ? 1 : 0, `exit code of the test runner inside${rest}`);
    assert.ok(reader.count > 0, `no test ran inside${rest}`);
  },
});

/** Reports a test from inside as a step of the one here. */
async function report(t: Deno.TestContext, result: TapResult): Promise<void> {
  await t.step({
    name: result.name,
    ignore: result.outcome === "skipped",
    fn: () => {
      if (result.outcome !== "failed") return;
      const failure = new Error(result.message);
      failure.stack = result.message; // where it failed inside; where it is reported says nothing
      throw failure;
    },
  });
}
