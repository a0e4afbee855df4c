import assert from "node:assert/strict";
import { cameraImage } from "./image.ts";
import { CameraMachine } from "./machine.ts";
import { whyNoCameraMachine } from "./requirements.ts";

const ignore = await whyNoCameraMachine() !== undefined;

/** Runs a job to its end. */
async function run(job: string, timeoutMs?: number): Promise<{ lines: string[]; status: number }> {
  const options = timeoutMs === undefined ? {} : { timeoutMs };
  await using machine = await CameraMachine.boot(await cameraImage(), job, options);
  const lines = await Array.fromAsync(machine.lines());
  return { lines, status: await machine.status() };
}

Deno.test({
  name: "CameraMachine.boot() runs a job as root, with two camera devices, and gives its exit code",
  ignore,
  fn: async () => {
    const job = "echo printed; id -u; ls -1 /dev/video*; printf unfinished; exit 7";
    assert.deepEqual(await run(job), {
      lines: ["printed", "0", "/dev/video0", "/dev/video10", "unfinished"],
      status: 7,
    });
  },
});

Deno.test({
  name: "CameraMachine.status() tells of a machine that stopped in the middle, with its console",
  ignore,
  fn: async () => {
    await assert.rejects(
      run("echo c >/proc/sysrq-trigger"),
      /^Error: Cannot finish the job: the machine stopped; the console's end:\n[^]*Kernel panic/,
    );
  },
});

Deno.test({
  name: "CameraMachine.status() tells of a machine that was switched off for taking too long",
  ignore,
  fn: async () => {
    await assert.rejects(
      run("true", 500),
      /^Error: Cannot finish the job: it had not ended after 0\.5 s; the console's end:\n/,
    );
  },
});
