import assert from "node:assert/strict";
import { PACKAGES } from "../../lib/setup/packages.ts";
import { PROJECT_DIRECTORY, taskArguments } from "../../lib/setup/tasks.ts";

/** Runs the task `setup` as a process of its own; `path` replaces PATH. */
async function setup(args: string[], path?: string) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...taskArguments("setup"), ...args],
    cwd: PROJECT_DIRECTORY,
    stdin: "null",
    ...(path === undefined ? {} : { env: { PATH: path } }),
  }).output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

/** Calls `test` with a directory of shell scripts, to be a PATH. */
async function withPrograms(
  scripts: Record<string, string>,
  test: (directory: string) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    for (const [name, script] of Object.entries(scripts)) {
      await Deno.writeTextFile(`${directory}/${name}`, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    }
    await test(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("setup finds nothing missing on the machine that runs the tests", async () => {
  assert.deepEqual(await setup(["test"]), { code: 0, stdout: "", stderr: "" });
});

Deno.test("setup refuses a purpose that it does not know", async () => {
  for (const args of [["tset"], ["run", "test"]]) {
    assert.deepEqual(await setup(args), {
      code: 2,
      stdout: "",
      stderr: `setup: expected one of try, run, test, bench, got: ${args.join(" ")}\n`,
    });
  }
});

Deno.test({
  name: "setup as root installs what dpkg does not know, and says what, and how far it is",
  ignore: Deno.uid() !== 0,
  fn: () =>
    withPrograms({
      "dpkg-query": "echo 'g++ installed'; echo 'dpkg-query: no packages found' >&2; exit 1",
      "apt-get": `echo "$@" >> "\${0%/*}/calls"; echo "Need to get 9,001 kB of archives."
        echo "pmstatus:x:55:Unpacking x (amd64)"`,
    }, async (directory) => {
      const missing = PACKAGES.run.filter((name) => name !== "g++");
      assert.deepEqual(await setup(["run"], directory), {
        code: 0,
        stdout: "",
        stderr: `setup: Installing ${
          missing.join(", ")
        }: 9,001 kB to download, then a minute or two\nsetup: 50 % installed\n`,
      });
      const calls = (await Deno.readTextFile(`${directory}/calls`)).trimEnd().split("\n");
      assert.equal(calls.length, 1);
      assert.ok(calls[0]?.endsWith(` install -y --no-install-recommends ${missing.join(" ")}`));
    }),
});

Deno.test({
  name: "setup as root ends with 1 and apt's words when apt fails",
  ignore: Deno.uid() !== 0,
  fn: () =>
    withPrograms({
      "dpkg-query": "exit 1",
      "apt-get": "echo 'E: The disk is full' >&2; exit 100",
    }, async (directory) => {
      const { code, stderr } = await setup(["run"], directory);
      assert.equal(code, 1);
      assert.match(stderr, /^setup: Cannot install g\+\+, /);
      assert.match(stderr, /apt-get failed\. apt-get's last lines:\n\n {4}E: The disk is full\n/);
    }),
});

Deno.test("setup on a system without dpkg says what is needed and lets the build go on", () =>
  withPrograms({}, async (directory) => {
    for (const purpose of ["try", "run"]) {
      const { code, stderr } = await setup([purpose], directory);
      assert.equal(code, 0);
      assert.match(stderr, /^setup: No dpkg here, .* as g\+\+, .*, libopencv-videoio-dev\n/);
      assert.match(stderr, /\nsetup: Fedora: sudo dnf install .*\nsetup: macOS: brew install /);
    }
  }));
