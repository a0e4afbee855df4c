import assert from "node:assert/strict";
import { helpOf } from "../../lib/cli/command.ts";
import { VERSION } from "../../lib/cli/version.ts";
import { spec } from "./support.ts";
import { CONFIG, FIXTURE, REPORT_LINE, run } from "./running_main.ts";

Deno.test("runMain() gives the body settings from all three sources and ends with 0", async () => {
  const outcome = await run(["--frames", "7"], {
    env: { CAPTUREVIDEO_PORT: "5000" },
    // Editors on Windows put a byte order mark in front.
    config: '\uFEFF{ "port": 4000, "output": "settings" }',
  });
  assert.deepEqual(outcome, { code: 0, stdout: '{"port":5000,"frames":7}\n', stderr: [] });
});

Deno.test("runMain() names the log after the program", async () => {
  const { stderr } = await run(["--overlay"]);
  assert.deepEqual(stderr, ["guest: a line from the body"]);
});

Deno.test("runMain() prints help and version to standard output and ends with 0", async () => {
  const help = { code: 0, stdout: helpOf(spec("guest")) + "\n", stderr: [] };
  assert.deepEqual(await run(["--help"]), help);
  const broken = { env: { CAPTUREVIDEO_PORT: "x" }, config: "{" };
  assert.deepEqual(await run(["-h", "--bogus"], broken), help);
  const stdout = `guest (capturevideo) ${VERSION}\n`;
  assert.deepEqual(await run(["--version", "--bogus"], broken), { code: 0, stdout, stderr: [] });
});

Deno.test("runMain() reports each wrong option on a line of its own and ends with 2", async () => {
  const outcome = await run(["--frames", "0", "--bananas"], { config: '{ "port": "x" }' });
  assert.deepEqual(outcome, {
    code: 2,
    stdout: "",
    stderr: [
      'guest: "port" in capturevideo.json must be an integer from 1 to 65535, not "x"',
      "guest: unknown option --bananas; --help lists the options",
      'guest: --frames must be an integer of at least 1, not "0"',
    ],
  });
});

Deno.test("runMain() reports a broken capturevideo.json and ends with 2", async () => {
  const { code, stderr } = await run([], { config: "{\n  port: 1\n}" });
  assert.equal(code, 2);
  assert.deepEqual(stderr, [
    "guest: capturevideo.json is not JSON: Expected property name or '}' in JSON at position 4 " +
    "(line 2 column 3)",
  ]);
});

Deno.test("runMain() refuses a capturevideo.json that is not UTF-8", async () => {
  const line = "guest: Cannot read capturevideo.json: it is not UTF-8; save it as UTF-8";
  // Windows' "Unicode", and a text in Latin-1.
  const utf16 = Uint8Array.of(0xff, 0xfe, 0x7b, 0, 0x7d, 0);
  const latin1 = Uint8Array.from('{ "output": "\xfc" }', (letter) => letter.charCodeAt(0));
  for (const config of [utf16, latin1]) {
    const { code, stderr } = await run([], { config });
    assert.deepEqual([code, stderr], [2, [line]]);
  }
});

Deno.test("runMain() refuses variables that are misspelt or no text", async () => {
  const misspelt = await run([], { env: { CAPTUREVIDEO_FRAME: "7" } });
  assert.equal(misspelt.code, 2);
  assert.deepEqual(misspelt.stderr, [
    "guest: CAPTUREVIDEO_FRAME is not an option; did you mean CAPTUREVIDEO_FRAMES?",
  ]);
  // Deno gives its children valid texts only.
  const script = `CAPTUREVIDEO_FRAMES=$(printf '\\377') exec "$0" "$@"`;
  const { code, stderr } = await new Deno.Command("sh", {
    args: ["-c", script, Deno.execPath(), "run", "--quiet", "--no-prompt", "--no-lock"].concat(
      [`--config=${CONFIG}`, "--allow-env=CAPTUREVIDEO_*", "--allow-read", FIXTURE],
    ),
  }).output();
  assert.equal(code, 2);
  assert.equal(
    new TextDecoder().decode(stderr),
    "guest: CAPTUREVIDEO_FRAMES is not UTF-8; set it to a text that is, or unset it\n",
  );
});

Deno.test({
  name: "runMain() refuses a capturevideo.json that is no file, or huge, at once, and ends with 2",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    for (
      const [make, what] of [
        ["mkfifo capturevideo.json", "it is not a file"],
        ["ln -s /dev/zero capturevideo.json", "it is not a file"],
        ["mkdir capturevideo.json", "it is a directory"],
        ["truncate -s 2M capturevideo.json", "it is larger than 1048576 bytes"],
      ] as const
    ) {
      assert.deepEqual(await run([], { prepare: make }), {
        code: 2,
        stdout: "",
        stderr: [`guest: Cannot read capturevideo.json: ${what}`],
      });
    }
  },
});

Deno.test("runMain() says so when a permission is missing", async () => {
  const noEnv = await run([], { permissions: ["--allow-read"] });
  assert.equal(noEnv.code, 1);
  assert.deepEqual(noEnv.stderr, [
    'guest: Deno was not given env access to "CAPTUREVIDEO_SOURCE"; the tasks in deno.json give ' +
    "what is needed",
  ]);
  const noRead = await run([], { permissions: ["--allow-env"] });
  assert.equal(noRead.code, 2);
  assert.deepEqual(noRead.stderr, [
    'guest: Cannot read capturevideo.json: Deno was not given read access to "capturevideo.json"; ' +
    "the tasks in deno.json give what is needed",
  ]);
});

Deno.test("runMain() puts an expected error into one line and ends with 1", async () => {
  assert.deepEqual(await run(["--output", "expectedError"]), {
    code: 1,
    stdout: "",
    stderr: ["guest: Cannot reach camera:1: it is not there"],
  });
});

Deno.test("runMain() puts an error of the system into one line and ends with 1", async () => {
  assert.deepEqual(await run(["--output", "systemError"]), {
    code: 1,
    stdout: "",
    stderr: ["guest: The address is already in use; another program may have taken the port"],
  });
});

Deno.test("runMain() shows where a bug is, asks for a report, and ends with 1", async () => {
  const { code, stderr } = await run(["--output", "bug"]);
  assert.equal(code, 1);
  assert.deepEqual(stderr.slice(0, 2), [
    "guest: TypeError: x is undefined",
    "TypeError: x is undefined",
  ]);
  assert.match(stderr[2]!, /^ {4}at .*main_fixture\.ts:\d+:\d+/);
  assert.equal(stderr.at(-1), REPORT_LINE);
});

Deno.test("runMain() reports also what is thrown without being an error", async () => {
  const { code, stderr } = await run(["--output", "notAnError"]);
  assert.equal(code, 1);
  assert.deepEqual(stderr, ["guest: Unknown error: a text", REPORT_LINE]);
});

Deno.test({
  name: "runMain() says so when help cannot be printed, and ends with 1",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const { code, stderr } = await new Deno.Command("sh", {
      args: ["-c", 'exec "$0" "$@" >/dev/full', Deno.execPath()].concat(
        ["run", "--quiet", "--no-prompt", "--no-lock", `--config=${CONFIG}`],
        ["--allow-env=CAPTUREVIDEO_*", "--allow-read", FIXTURE, "--help"],
      ),
    }).output();
    assert.equal(code, 1);
    assert.equal(
      new TextDecoder().decode(stderr),
      "guest: Cannot write to standard output: there is no space left\n",
    );
  },
});
