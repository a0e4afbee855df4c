import assert from "node:assert/strict";
import { PROJECT_DIRECTORY, taskArguments } from "../../lib/setup/tasks.ts";

Deno.test("taskArguments() is the deno command of a task, word by word", () => {
  const args = taskArguments("setup");
  assert.equal(args[0], "run");
  assert.equal(args.at(-1), "lib/setup/main.ts");
  assert.ok(args.includes("-P=setup"));
});

Deno.test("taskArguments() refuses a task that is missing or needs a shell", () => {
  assert.throws(() => taskArguments("no-such-task"), {
    name: "TypeError",
    message: 'Cannot take arguments from task "no-such-task": it is undefined',
  });
  assert.throws(() => taskArguments("test"), TypeError);
});

Deno.test("PROJECT_DIRECTORY holds deno.json", async () => {
  assert.ok((await Deno.stat(`${PROJECT_DIRECTORY}/deno.json`)).isFile);
});
