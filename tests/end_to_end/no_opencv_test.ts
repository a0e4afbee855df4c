/** The programs on a computer that has Deno alone. */

import assert from "node:assert/strict";
import { jpegSize } from "../../lib/jpeg/markers.ts";
import { Program } from "../support/programs.ts";
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

Deno.test("a guest shows in browsers what a host sends where there is no OpenCV", async () => {
  await using project = await ProjectCopy.make();
  await using host = Program.start("host", ["--source=test", "--port=0", "--no-preview"]);
  await using guest = project.start("guest", [await host.address(), "--web=0", "--duration=60"]);
  const { text } = await guest.line(/in a browser: /);
  const snapshot = await fetch(`${/\S+$/.exec(text)![0]}snapshot`);
  const jpeg = new Uint8Array(await snapshot.arrayBuffer());
  assert.equal(snapshot.status, 200);
  assert.deepEqual(jpegSize(jpeg), { width: 1280, height: 720 });
  guest.signal("SIGINT");
  const { code, words } = await guest.ending();
  assert.equal(code, 0, words.join("\n"));
});

Deno.test("a guest for browsers that cannot write its pictures says so, and ends", async () => {
  const { code, words } = await Program.run("guest", ["127.0.0.1", "--web=0", "--output=lib"]);
  assert.equal(words.at(-1), "guest: Cannot write lib: it is a directory");
  assert.equal(code, 1);
});

Deno.test("what has to be built says what it lacks where there is no compiler", async () => {
  await using project = await ProjectCopy.make();
  for (const task of ["build", "demo"]) {
    const { code, words } = await project.run(task);
    assert.match(words, /^Cannot build the OpenCV bridge: there is no C\+\+ compiler .+\n$/);
    assert.equal(code, 1, words);
  }
});
