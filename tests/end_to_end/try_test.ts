/**
 * `deno task try`, as a newcomer runs it.
 */

import assert from "node:assert/strict";
import { PROJECT_DIRECTORY } from "../../lib/setup/tasks.ts";
import { pressKey, startXvfb, waitForWindow } from "../support/xvfb.ts";

interface TryOptions {
  /** The environment variable DISPLAY. */
  display: string;
  /** What is given to the task. */
  args?: string[];
  /** Which line {@linkcode onLine} waits for; default: that the guest has a picture. */
  line?: RegExp;
  /** Called once that line was said. */
  onLine?: (process: Deno.ChildProcess) => Promise<void> | void;
}

/** Runs the task to its end. */
async function runTry({ display, args = [], line = /^guest: live/m, onLine }: TryOptions) {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["task", "try", ...args],
    cwd: PROJECT_DIRECTORY,
    env: { DISPLAY: display, WAYLAND_DISPLAY: "", NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const stdout = new Response(process.stdout).text();
  let stderr = "";
  let acted: Promise<void> | undefined;
  for await (const text of process.stderr.pipeThrough(new TextDecoderStream())) {
    stderr += text;
    if (line.test(stderr)) acted ??= Promise.resolve(onLine?.(process));
  }
  await acted;
  const { code } = await process.status;
  return { code, stdout: await stdout, stderr };
}

/** Asserts that the host that `stderr` tells of listens no longer. */
async function assertHostGone(stderr: string): Promise<void> {
  const port = Number(/^host: listening on 127\.0\.0\.1:(\d+)$/m.exec(stderr)?.[1]);
  assert.ok(port > 0, stderr);
  await assert.rejects(
    Deno.connect({ hostname: "127.0.0.1", port }),
    Deno.errors.ConnectionRefused,
  );
}

/** Asserts that `stdout` ends with the commands for a camera, another computer, and no picture. */
function assertSaysWhatIsNext(stdout: string): void {
  const last = stdout.trimEnd().split("\nNext:\n")[1] ?? "";
  const commands = Array.from(
    last.matchAll(/npx --yes deno@[\d.]+ task (.+)$/gm),
    ([, task]) => task,
  );
  assert.deepEqual(commands, ["host", "guest", "host --share", "doctor"], stdout);
}

Deno.test("try without a display tells rate, age and damage, and how to look", async () => {
  const { code, stdout, stderr } = await runTry({ display: "" });
  assert.equal(code, 0, stderr);
  assert.match(
    stdout,
    /^\d+ pictures came from the host in 10 s, [\d.]+ a second, none damaged\./m,
  );
  assert.match(stdout, / a picture was [\d.]+ ms old; /);
  assert.match(stdout, /there is no display \(DISPLAY is not set\)/);
  assert.match(stdout, /npx --yes deno@[\d.]+ task guest --no-window /);
  assertSaysWhatIsNext(stdout);
  await assertHostGone(stderr);
});

Deno.test("try with a display shows the picture until q is pressed", async () => {
  await using xvfb = await startXvfb();
  const { code, stdout, stderr } = await runTry({
    display: xvfb.display,
    onLine: async () => {
      await waitForWindow(xvfb.display, "image");
      await pressKey(xvfb.display, "image", "q");
    },
  });
  assert.equal(code, 0, stderr);
  assertSaysWhatIsNext(stdout);
  await assertHostGone(stderr);
});

Deno.test("try takes no options", async () => {
  const { code, stderr } = await runTry({ display: "", args: ["--port=5000"] });
  assert.equal(code, 2);
  assert.match(stderr, /^try: takes no options; npx .* task host --help lists/m);
});

Deno.test("try ends host and guest when it is interrupted, however early", async (t) => {
  for (const line of [/^guest: live/m, /^host: listening/m]) {
    await t.step(`${line}`, async () => {
      const onLine = (process: Deno.ChildProcess) => process.kill("SIGINT");
      const { code, stderr } = await runTry({ display: "", line, onLine });
      assert.equal(code, 0, stderr);
      assert.doesNotMatch(stderr, /^try: no picture/m);
      await assertHostGone(stderr);
    });
  }
});
