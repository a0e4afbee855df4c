/** The programs on a computer that has Deno alone. */

import assert from "node:assert/strict";
import { ProjectCopy } from "../support/project_copy.ts";

/** Why there is no bridge, and what to type. */
const WHY =
  'without the OpenCV bridge: \\S+: cannot open shared object file: .+; run "deno task build"\n';

Deno.test("what needs OpenCV says so in one line where there is none", async () => {
  await using project = await ProjectCopy.make();
  const cases: [line: string, task: string, ...args: string[]][] = [
    ["host: Cannot open test", "host", "--source=test", "--port=0"],
    ["host: Cannot open clip.avi", "host", "--source=clip.avi", "--wait", "--port=0"],
    ["guest: Cannot show pictures in a window", "guest"],
    ["guest: Cannot decode pictures", "guest", "--no-window"],
  ];
  for (const [line, task, ...args] of cases) {
    const { code, words } = await project.run(task, ...args);
    assert.match(words, new RegExp(`^${line} ${WHY}$`));
    assert.equal(code, 1, words);
  }
});

Deno.test("what has to be built says what it lacks where there is no compiler", async () => {
  await using project = await ProjectCopy.make();
  for (const task of ["build", "demo"]) {
    const { code, words } = await project.run(task);
    assert.match(words, /^Cannot build the OpenCV bridge: there is no C\+\+ compiler .+\n$/);
    assert.equal(code, 1, words);
  }
});
