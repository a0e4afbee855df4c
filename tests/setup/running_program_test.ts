import assert from "node:assert/strict";
import { RunningProgram } from "../../lib/setup/running_program.ts";

Deno.test("RunningProgram.ended resolves with the exit code, after the last line", async () => {
  const lines: string[] = [];
  await using program = RunningProgram.start("setup", ["no-such-purpose"], (line) => {
    lines.push(line);
  });
  assert.equal(await program.ended, 2);
  assert.deepEqual(lines, ["setup: expected one of run, test, bench, got: no-such-purpose"]);
});

Deno.test("RunningProgram[asyncDispose]() ends a running program in good order, once", async () => {
  const ready = Promise.withResolvers<void>();
  const program = RunningProgram.start("host", ["--source=test", "--port=0"], (line) => {
    if (line.includes("listening on")) ready.resolve();
  });
  await Promise.race([ready.promise, program.ended]);
  await program[Symbol.asyncDispose]();
  assert.equal(await program.ended, 0);
  await program[Symbol.asyncDispose]();
});
