import assert from "node:assert/strict";
import fc from "fast-check";
import { Log, log, oneLine, RateLimitedWarning } from "../../lib/cli/log.ts";

function recording(program = "host"): { log: Log; lines: string[] } {
  const lines: string[] = [];
  return { log: new Log(program, (line) => lines.push(line)), lines };
}

/** A limiter of one line a second on a clock that the test turns. */
function limited() {
  const lines: string[] = [];
  const clock = { nowMs: 0 };
  const warning = new RateLimitedWarning((line) => lines.push(line), 1000, () => clock.nowMs);
  return { lines, clock, warning };
}

Deno.test("Log puts the program's name in front and marks warnings", () => {
  const { log, lines } = recording();
  log.info("listening");
  log.warn("slow");
  log.error("Cannot open camera 0: it is busy");
  assert.deepEqual(lines, [
    "host: listening",
    "host: warning: slow",
    "host: Cannot open camera 0: it is busy",
  ]);
});

Deno.test("Log.program can be set when the program is known", () => {
  const { log, lines } = recording("capturevideo");
  log.program = "guest";
  log.info("connected");
  assert.deepEqual(lines, ["guest: connected"]);
});

Deno.test("Log keeps a text on one line, without control characters", () => {
  const { log, lines } = recording();
  log.warn("OpenCV says:\n  no\tgood\r\n\x1b[31mred\x07\n");
  assert.deepEqual(lines, ["host: warning: OpenCV says:   no good [31mred"]);
});

Deno.test("log is this thread's, by the project's name until a program sets its own", () => {
  assert(log instanceof Log);
  assert.equal(log.program, "capturevideo");
});

Deno.test("oneLine() leaves no control character and no endless line of any text", () => {
  // deno-lint-ignore no-control-regex -- control characters are what this is about
  const control = /[\x00-\x1f\x7f-\x9f\u2028\u2029]/;
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    assert(!control.test(oneLine(text)));
  }));
  assert.equal(oneLine("x".repeat(5000)), "x".repeat(2000) + "…");
  assert.equal(oneLine("  a b  "), "a b");
});

Deno.test("RateLimitedWarning.warn() reports the first at once", () => {
  const { lines, warning } = limited();
  warning.warn("damaged");
  assert.deepEqual(lines, ["damaged"]);
});

Deno.test("RateLimitedWarning.warn() counts what comes within the interval", () => {
  const { lines, clock, warning } = limited();
  for (const nowMs of [0, 1, 500, 999, 1000]) {
    clock.nowMs = nowMs;
    warning.warn(`damaged at ${nowMs}`);
  }
  assert.deepEqual(lines, ["damaged at 0", "damaged at 1000 (and 3 more before)"]);
});

Deno.test("RateLimitedWarning.warn() counts anew after every line", () => {
  const { lines, clock, warning } = limited();
  for (const nowMs of [0, 10, 1000, 2000, 2001, 3000]) {
    clock.nowMs = nowMs;
    warning.warn("x");
  }
  assert.deepEqual(lines, ["x", "x (and 1 more before)", "x", "x (and 1 more before)"]);
});

Deno.test("RateLimitedWarning.flush() tells the rest of a burst, once", () => {
  const { lines, warning } = limited();
  warning.flush();
  warning.warn("a");
  warning.flush();
  warning.warn("b");
  warning.warn("c");
  warning.warn("d");
  warning.flush();
  warning.flush();
  assert.deepEqual(lines, ["a", "d (and 2 more before)"]);
});

Deno.test("RateLimitedWarning.flush() starts a new interval", () => {
  const { lines, clock, warning } = limited();
  warning.warn("a");
  warning.warn("b");
  clock.nowMs = 900;
  warning.flush();
  clock.nowMs = 1800;
  warning.warn("c");
  clock.nowMs = 1900;
  warning.warn("d");
  assert.deepEqual(lines, ["a", "b", "d (and 1 more before)"]);
});

Deno.test("RateLimitedWarning tells the rest when its block is left", () => {
  const { lines, warning } = limited();
  {
    using inBlock = warning;
    inBlock.warn("a");
    inBlock.warn("b");
  }
  assert.deepEqual(lines, ["a", "b"]);
});

Deno.test("RateLimitedWarning loses no warning: those told and those counted are all", () => {
  fc.assert(fc.property(fc.array(fc.nat({ max: 700 }), { maxLength: 50 }), (stepsMs) => {
    const { lines, clock, warning } = limited();
    for (const stepMs of stepsMs) {
      clock.nowMs += stepMs;
      warning.warn("x");
    }
    warning.flush();
    const told = lines.map((line) => 1 + Number(/and (\d+) more/.exec(line)?.[1] ?? 0));
    assert.equal(told.reduce((sum, count) => sum + count, 0), stepsMs.length);
    assert(lines.length <= 2 + clock.nowMs / 1000);
  }));
});

Deno.test("Log.rateLimited() warns through the log, by the real clock", () => {
  const { log, lines } = recording();
  const warning = log.rateLimited(60_000);
  warning.warn("a\nb");
  warning.warn("c");
  assert.deepEqual(lines, ["host: warning: a b"]);
  warning.flush();
  assert.deepEqual(lines, ["host: warning: a b", "host: warning: c"]);
});

Deno.test("writeToStderr() writes a line whole, and goes on when nobody reads", async () => {
  const module = new URL("../../lib/cli/log.ts", import.meta.url).href;
  const line = "ü".repeat(200_000);
  const code = `import { writeToStderr } from "${module}";
    writeToStderr("ü".repeat(200_000));
    await new Promise((resolve) => Deno.stdin.read(new Uint8Array(1)).then(resolve));
    for (let i = 0; i < 100; i++) writeToStderr("nobody reads this");
    console.log("still here");`;
  await using child = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-lock", code],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();

  const expected = line.length * 2 + 1;
  const reader = child.stderr.getReader();
  const received: Uint8Array[] = [];
  for (let bytes = 0; bytes < expected;) {
    const { value } = await reader.read();
    assert(value !== undefined);
    received.push(value);
    bytes += value.length;
  }
  assert.equal(await new Blob(received as BlobPart[]).text(), line + "\n");
  await reader.cancel();

  const writer = child.stdin.getWriter();
  await writer.write(new Uint8Array(1));
  await writer.close();
  assert.equal(await new Response(child.stdout).text(), "still here\n");
  assert.equal((await child.status).code, 0);
});

Deno.test({
  name: "writeToStderr() goes on when standard error's disk is full",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const module = new URL("../../lib/cli/log.ts", import.meta.url).href;
    const code = `import { writeToStderr } from "${module}";
      writeToStderr("no room for this");
      console.log("still here");`;
    const { stdout } = await new Deno.Command("sh", {
      args: ["-c", 'exec "$0" eval --no-lock "$1" 2>/dev/full', Deno.execPath(), code],
    }).output();
    assert.equal(new TextDecoder().decode(stdout), "still here\n");
  },
});
