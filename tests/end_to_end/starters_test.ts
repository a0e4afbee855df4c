/** Programs started as the README says, by `npx` or by a task: how they end, and with which code. */

import assert from "node:assert/strict";
import { PROJECT_DIRECTORY } from "../../lib/setup/tasks.ts";

const HOST = ["host", "--source=test", "--port=0", "--no-preview"];

const STARTERS = {
  npx: ["npx", "--yes", `deno@${Deno.version.deno}`, "task", "--quiet"],
  "deno task": [Deno.execPath(), "task", "--quiet"],
} as const;

type Starter = keyof typeof STARTERS;

/** Starts a command that becomes this process's child itself. */
function start(command: readonly string[]): Deno.ChildProcess {
  return new Deno.Command("sh", {
    args: ["-c", 'exec "$@"', "sh", ...command],
    cwd: PROJECT_DIRECTORY,
    env: { DISPLAY: "", WAYLAND_DISPLAY: "" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
}

/** Whether there is an npx that has this Deno without the network. */
async function isThere(starter: Starter): Promise<boolean> {
  if (starter === "deno task") return true;
  const process = start(["npx", "--no", `deno@${Deno.version.deno}`, "--version"]);
  await process.stderr.cancel();
  return (await process.status).success;
}

for (const starter of ["npx", "deno task"] as const) {
  const ignore = !await isThere(starter);

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.test({
      name: `host ends with 0 when ${signal} is sent to ${starter} alone`,
      ignore,
      fn: async () => {
        const process = start([...STARTERS[starter], ...HOST]);
        let words = "";
        // Standard error ends with the last process that has it: the host itself.
        for await (const text of process.stderr.pipeThrough(new TextDecoderStream())) {
          words += text;
          if (/listening on \S+\n$/.test(words)) process.kill(signal);
        }
        assert.equal((await process.status).code, 0, words);
        assert.match(words, /^host: listening on \S+\n$/);
      },
    });
  }

  Deno.test({
    name: `${starter} hands on the exit codes 0, 1 and 2`,
    ignore,
    fn: async () => {
      const cases: ReadonlyArray<[args: string[], code: number]> = [
        [["host", "--help"], 0],
        [["host", "--source=missing.mp4"], 1],
        [["guest", "--prot=1"], 2],
      ];
      for (const [args, expected] of cases) {
        const process = start([...STARTERS[starter], ...args]);
        const [{ code }, words] = await Promise.all([
          process.status,
          new Response(process.stderr).text(),
        ]);
        assert.equal(code, expected, words);
      }
    },
  });
}
