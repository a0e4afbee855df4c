/** How a program ends: by signals, faults and what it leaves behind. */

import assert from "node:assert/strict";
import { temporaryFolder } from "../support/folder.ts";
import { CONFIG, FIXTURE, REPORT_LINE, run, runAndSignal, Running } from "./running_main.ts";

Deno.test({
  name: "runMain() ends also when nobody takes its last lines",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    for (const [args, code] of [[["--bananas"], 2], [["--output", "expectedError"], 1]] as const) {
      // The pipe is full, and the shell that could read it does not.
      const script = `mkfifo "$1/err" && exec 3<> "$1/err" && head -c 65536 /dev/zero >&3 &&
        shift && "$@" 2>&3`;
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
