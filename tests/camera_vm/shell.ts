/**
 * A shell in the camera machine, or one command: for trying things by hand.
 *
 * ```sh
 * deno run --allow-all tests/camera_vm/shell.ts    # a shell; `exit` switches the machine off
 * deno run --allow-all tests/camera_vm/shell.ts v4l2-ctl -d0 --all
 * ```
 * @module
 */

import { cameraImage } from "./image.ts";
import { CameraMachine } from "./machine.ts";
import { whyNoCameraMachine } from "./requirements.ts";
import { machineEnvironment, quote } from "./job.ts";

const HOUR_MS = 3_600_000;

async function main(args: string[]): Promise<number> {
  const reason = await whyNoCameraMachine();
  if (reason !== undefined) {
    console.error(`Cannot start the camera machine: ${reason}`);
    return 1;
  }
  const interactive = args.length === 0;
  const command = interactive ? "stty sane; exec bash -i" : `exec ${args.map(quote).join(" ")}`;
  const job = `${machineEnvironment()}\n${command}\n`;
  await using machine = await CameraMachine.boot(await cameraImage(), job, {
    timeoutMs: HOUR_MS,
    interactive,
  });
  const raw = interactive && Deno.stdin.isTerminal();
  if (raw) Deno.stdin.setRaw(true);
  try {
    await machine.output.pipeTo(Deno.stdout.writable, { preventClose: true });
    return await machine.status();
  } finally {
    if (raw) Deno.stdin.setRaw(false);
  }
}

if (import.meta.main) Deno.exitCode = await main(Deno.args);
