import assert from "node:assert/strict";
import { helpOf } from "../../lib/cli/command_line.ts";
import { VERSION } from "../../lib/cli/version.ts";
import { temporaryFolder } from "../support/folder.ts";
import { spec } from "./support.ts";

const FIXTURE = new URL("./main_fixture.ts", import.meta.url).pathname;
const CONFIG = new URL("../../deno.json", import.meta.url).pathname;
const REPORT_LINE = "guest: this is a bug in the program; please report it with the lines above";

interface RunOptions {
  readonly env?: Record<string, string>;
  /** What is in capturevideo.json. */
  readonly config?: string | Uint8Array;
  /** What the shell that starts it puts in front: `nohup`. */
  readonly through?: string;
  /** A shell command to run in its directory before. */
  readonly prepare?: string;
  /** Permissions other than those that a program has. */
  readonly permissions?: readonly string[];
}

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  /** The lines, without an empty last one. */
  readonly stderr: readonly string[];
}

/** A running fixture whose output can be awaited. */
class Running implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #directory: string;
  readonly #lines: ReadableStreamDefaultReader<string>;
  readonly #stderr: Promise<string>;
  #stdout = "";

  private constructor(child: Deno.ChildProcess, directory: string) {
    this.#child = child;
    this.#directory = directory;
    this.#lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    this.#stderr = new Response(child.stderr).text();
  }

  static async start(args: readonly string[], options: RunOptions = {}): Promise<Running> {
    const directory = await Deno.makeTempDir();
    if (options.config !== undefined) {
      const { config } = options;
      const bytes = typeof config === "string" ? new TextEncoder().encode(config) : config;
      await Deno.writeFile(`${directory}/capturevideo.json`, bytes);
    }
    if (options.prepare !== undefined) {
      await new Deno.Command("sh", { args: ["-c", options.prepare], cwd: directory }).output();
    }
    const permissions = options.permissions ?? [
      "--allow-env=CAPTUREVIDEO_*",
      "--allow-read=capturevideo.json",
      "--allow-net=127.0.0.1",
      "--allow-ffi",
    ];
    const child = new Deno.Command("sh", {
      args: ["-c", `exec ${options.through ?? ""} "$0" "$@"`, Deno.execPath()].concat(
        ["run", "--quiet", "--no-prompt", "--no-lock", `--config=${CONFIG}`],
        [...permissions, FIXTURE, ...args],
      ),
      cwd: directory,
      env: { NO_COLOR: "1", ...options.env },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    return new Running(child, directory);
  }

  /** Resolves when standard output contains the text. */
  async printed(text: string): Promise<void> {
    while (!this.#stdout.includes(text)) {
      const { value, done } = await this.#lines.read();
      if (done) assert.fail(`ended without printing "${text}": ${await this.#stderr}`);
      this.#stdout += value;
    }
  }

  /** Sends a signal; one that has ended already gets none. */
  signal(signal: Deno.Signal): void {
    try {
      this.#child.kill(signal);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  }

  /** Resolves when the process has ended. */
  async ended(): Promise<Outcome> {
    for (;;) {
      const { value, done } = await this.#lines.read();
      if (done) break;
      this.#stdout += value;
    }
    const { code } = await this.#child.status;
    const stderr = (await this.#stderr).split("\n").slice(0, -1);
    return { code, stdout: this.#stdout, stderr };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.signal("SIGKILL");
    await this.ended();
    await Deno.remove(this.#directory, { recursive: true });
  }
}

async function run(args: readonly string[], options?: RunOptions): Promise<Outcome> {
  await using running = await Running.start(args, options);
  return await running.ended();
}

/** Starts a scenario, sends the signal when it works, and waits for the end. */
async function runAndSignal(scenario: string, signal: Deno.Signal): Promise<Outcome> {
  await using running = await Running.start(["--output", scenario]);
  await running.printed("working");
  running.signal(signal);
  return await running.ended();
}

Deno.test("runMain() gives the body settings from all three sources and ends with 0", async () => {
  const outcome = await run(["--frames", "7"], {
    env: { CAPTUREVIDEO_PORT: "5000" },
    config: '{ "port": 4000, "output": "settings" }',
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
  assert.deepEqual(await run(["-h", "--bogus"]), help);
  const stdout = `guest (capturevideo) ${VERSION}\n`;
  assert.deepEqual(await run(["--version"]), { code: 0, stdout, stderr: [] });
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

Deno.test({
  name: "runMain() ends also when nobody takes its last lines",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    for (const [args, code] of [[["--bananas"], 2], [["--output", "expectedError"], 1]] as const) {
      // The pipe is full, and the shell that could read it only waits.
      const script = `mkfifo "$1/err" && { sleep 60 < "$1/err" & sleeper=$!; } && shift_dir="$1" &&
        exec 3> "$shift_dir/err" && head -c 65536 /dev/zero >&3 && shift &&
        { "$@" 2>&3; code=$?; kill $sleeper; exit $code; }`;
      await using folder = await temporaryFolder();
      const { code: actual } = await new Deno.Command("bash", {
        args: ["-c", script, "bash", folder.path, Deno.execPath(), "run", "--quiet", "--no-prompt"]
          .concat("--no-lock", `--config=${CONFIG}`, "--allow-env", "--allow-read", FIXTURE, args),
        stderr: "null",
      }).output();
      assert.equal(actual, code);
    }
  },
});

Deno.test("runMain() says so when a permission is missing", async () => {
  const noEnv = await run([], { permissions: ["--allow-read"] });
  assert.equal(noEnv.code, 1);
  assert.deepEqual(noEnv.stderr, [
    'guest: Deno was not given env access to "CAPTUREVIDEO_HOST"; the tasks in deno.json give ' +
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

for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"] as const) {
  Deno.test(`runMain() lets the body clean up after ${signal} and ends with 0`, async () => {
    const outcome = await runAndSignal("work", signal);
    assert.deepEqual(outcome, {
      code: 0,
      stdout: `working\ncleaned up after ${signal} received\n`,
      stderr: [],
    });
  });
}

Deno.test("runMain() ends with 0 when the body throws the signal's reason", async () => {
  const { code, stderr } = await runAndSignal("throwReason", "SIGINT");
  assert.deepEqual([code, stderr], [0, []]);
});

Deno.test("runMain() reports a failure in cleaning up and ends with 1", async () => {
  const { code, stderr } = await runAndSignal("failToCleanUp", "SIGINT");
  assert.equal(code, 1);
  assert.deepEqual(stderr, ["guest: Cannot close the camera: it does not answer"]);
});

for (const [signal, expected] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  Deno.test(`runMain() ends at once with ${expected} after a later ${signal}`, async () => {
    await using running = await Running.start(["--output", "hang"]);
    await running.printed("working");
    running.signal("SIGINT");
    await running.printed("hanging");
    // Signals close together count as one, so they are sent until one counts as the second.
    const repeat = setInterval(() => running.signal(signal), 50);
    const { code, stderr } = await running.ended().finally(() => clearInterval(repeat));
    assert.deepEqual([code, stderr], [expected, []]);
  });
}

Deno.test("runMain() takes no notice of SIGHUP under nohup", async () => {
  await using running = await Running.start(["--output", "work"], { through: "nohup" });
  await running.printed("working");
  running.signal("SIGHUP");
  running.signal("SIGTERM");
  const { code, stdout } = await running.ended();
  assert.equal(code, 0);
  assert.match(stdout, /cleaned up after SIGTERM received/);
});

Deno.test("runMain() ends with 0 also when the signal comes again behind the clean-up", async () => {
  await using running = await Running.start(["--output", "twoSignals"]);
  await running.printed("working");
  running.signal("SIGTERM");
  await running.printed("cleaned up");
  running.signal("SIGTERM");
  const { code, stderr } = await running.ended();
  assert.deepEqual([code, stderr], [0, []]);
});

Deno.test("runMain() takes two signals at once for one", async () => {
  await using running = await Running.start(["--output", "twoSignals"]);
  await running.printed("working");
  running.signal("SIGINT");
  running.signal("SIGTERM");
  assert.equal((await running.ended()).code, 0);
});

for (const scenario of ["lostRejection", "lostException"]) {
  Deno.test(`runMain() reports a ${scenario}, lets the body clean up, and ends with 1`, async () => {
    const { code, stdout, stderr } = await run(["--output", scenario]);
    assert.equal(code, 1);
    assert.match(stdout, /cleaned up\n$/);
    assert.match(stderr[0]!, /^guest: TypeError: (lost|thrown in a timer)$/);
    assert.equal(stderr.at(-1), REPORT_LINE);
  });
}

Deno.test("runMain() tells a bug once and goes on, where the program outlives bugs", async () => {
  const { code, stdout, stderr } = await run(["--output", "outlive"]);
  assert.deepEqual([code, stdout], [0, "went on\n"]);
  assert.equal(stderr[0], "guest: TypeError: lost");
  assert.equal(stderr.filter((line) => line === REPORT_LINE).length, 1);
});

Deno.test("runMain() ends a process that something forgotten keeps alive, and says so", async () => {
  const line = "guest: warning: something was still running at the end and was cut off";
  assert.deepEqual(await run(["--output", "leak"]), { code: 0, stdout: "", stderr: [line] });
  assert.deepEqual(await run(["--output", "leakAfterFailure"]), {
    code: 1,
    stdout: "",
    stderr: ["guest: Cannot go on: enough", line],
  });
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
