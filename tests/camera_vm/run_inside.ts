/**
 * Tests that run in the camera machine, reported as steps of one that runs here.
 *
 * @module
 */

import assert from "node:assert/strict";
import { cameraImage } from "./image.ts";
import { prepareTests, testJob, type TestJobOptions } from "./job.ts";
import { CameraMachine, type MachineOptions } from "./machine.ts";
import { TapReader, type TapResult } from "./tap.ts";

/** How they are run. */
export interface RunInsideOptions
  extends TestJobOptions, Pick<MachineOptions, "timeoutMs" | "systemd"> {
  /** Where they are, from the project's folder. */
  readonly folder: string;
  /** Takes what the machine prints besides results. */
  readonly onLine?: (line: string) => void;
}

/** Boots the machine once, runs the tests there, and reports each as a step. */
export async function runInside(
  t: Deno.TestContext,
  { folder, onLine, ...options }: RunInsideOptions,
): Promise<void> {
  await prepareTests(folder);
  const job = testJob(folder, options);
  await using machine = await CameraMachine.boot(await cameraImage(), job, options);
  const reader = new TapReader();
  const printed: string[] = [];
  for await (const line of machine.lines()) {
    printed.push(line);
    onLine?.(line);
    for (const result of reader.push(line)) await report(t, result);
  }
  const status = await machine.status();
  const rest = `; it printed:\n${printed.slice(-30).join("\n")}`;
  assert.ok(reader.complete, `the test runner inside stopped in the middle${rest}`);
  assert.equal(status, reader.failed > 0 ? 1 : 0, `exit code of the test runner inside${rest}`);
  assert.ok(reader.count > 0, `no test ran inside${rest}`);
}

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
