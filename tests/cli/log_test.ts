import assert from "node:assert/strict";
import fc from "fast-check";
import { Log, log } from "../../lib/cli/log.ts";

const MODULE = new URL("../../lib/cli/log.ts", import.meta.url).href;

/** Runs code that may import this module, as a process of its own. */
function evaluate(code: string): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-lock", code],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Lets a process go on that reads a byte before it does. */
async function goOn({ stdin }: Deno.ChildProcess): Promise<void> {
  const writer = stdin.getWriter();
  await writer.write(new Uint8Array(1));
  await writer.close();
}

function recording(program = "host"): { log: Log; lines: string[] } {
  const lines: string[] = [];
  return { log: new Log(program, (line) => lines.push(line)), lines };
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

Deno.test("Log marks levels for the journal, and is brief there", () => {
  const { log, lines } = recording();
  const say = () => {
    log.choices("in a browser", ["http://a/", "http://b/", "http://c/"]);
    log.choices("in a browser", ["http://a/"]);
    log.warn("slow");
    log.error("Cannot open camera 0: it is busy");
    return lines.splice(0);
  };
  assert.deepEqual(say(), [
    "host: in a browser: http://a/",
    "host: or: http://b/",
    "host: or: http://c/",
    "host: in a browser: http://a/",
    "host: warning: slow",
    "host: Cannot open camera 0: it is busy",
  ]);
  log.toJournal = true;
  assert.deepEqual(say(), [
    "host: in a browser: http://a/, or http://b/, or http://c/",
    "host: in a browser: http://a/",
    "<4>host: warning: slow",
    "<3>host: Cannot open camera 0: it is busy",
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
  assert.deepEqual(lines, ["host: warning: OpenCV says:   no good \uFFFD[31mred\uFFFD"]);
});

Deno.test("log is this thread's, by the project's name until a program sets its own", () => {
  assert(log instanceof Log);
  assert.equal(log.program, "capturevideo");
});

Deno.test("Log leaves no control character and no endless line of any text", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    const { log, lines } = recording();
    log.info(text);
    assert.match(lines[0]!, /^[^\p{Cc}\p{Zl}\p{Zp}]*$/u);
  }));
  const { log, lines } = recording("h");
  for (const text of ["x".repeat(5000), "  a b  "]) log.info(text);
  assert.deepEqual(lines, [`h: ${"x".repeat(1999)}…`, "h: a b"]);
});

Deno.test("Log.bug() tells each bug once, with where it is, and no more than some", () => {
  const { log, lines } = recording();
  const error = new TypeError("x is undefined");
  log.bug(error);
  log.bug(error);
  log.bug(new TypeError("x is undefined"));
  assert.deepEqual(lines, [
    "host: TypeError: x is undefined",
    error.stack,
    "host: this is a bug in the program; please report it with the lines above",
  ]);
  log.bug(new TypeError("\x1b[2J is undefined"));
  assert.ok(lines.every((line) => !line?.includes("\x1b")));
  for (let i = 0; i < 1000; i++) log.bug(new TypeError(`${i} is undefined`));
  assert.ok(lines.length < 100);
});

Deno.test("writeToStderr() writes a line whole, and goes on when nobody reads", async () => {
  const line = "ü".repeat(200_000);
  const code = `import { writeToStderr } from "${MODULE}";
    writeToStderr("ü".repeat(200_000));
    await new Promise((resolve) => Deno.stdin.read(new Uint8Array(1)).then(resolve));
    for (let i = 0; i < 100; i++) writeToStderr("nobody reads this");
    console.log("still here");`;
  await using child = evaluate(code);

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

  await goOn(child);
  assert.equal(await new Response(child.stdout).text(), "still here\n");
  assert.equal((await child.status).code, 0);
});

Deno.test({
  name: "writeToStderr() goes on when standard error's disk is full",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const code = `import { writeToStderr } from "${MODULE}";
      writeToStderr("no room for this");
      console.log("still here");`;
    const { stdout } = await new Deno.Command("sh", {
      args: ["-c", 'exec "$0" eval --no-lock "$1" 2>/dev/full', Deno.execPath(), code],
    }).output();
    assert.equal(new TextDecoder().decode(stdout), "still here\n");
  },
});

Deno.test("writeToStderr() drops the oldest lines of too many, and says how many", async () => {
  const code = `import { allWritten, log, writeToStderr } from "${MODULE}";
    log.program = "host";
    // A pipe takes 64 KiB, and 256 KiB may wait.
    for (let i = 0; i < 10_000; i++) writeToStderr(String(i).padStart(99));
    console.log("goes on");
    await Deno.stdin.read(new Uint8Array(1));
    console.log(await allWritten(30_000));`;
  await using child = evaluate(code);
  const stdout = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  assert.equal((await stdout.read()).value, "goes on\n");
  const written = new Response(child.stderr).text();
  await goOn(child);
  assert.equal((await stdout.read()).value, "true\n");
  await stdout.cancel();

  const lines = (await written).split("\n").slice(0, -1);
  const gapLine = /^host: warning: (\d+) lines were dropped, as nobody took them$/;
  const gap = lines.findIndex((line) => gapLine.test(line));
  const dropped = Number(gapLine.exec(lines[gap] ?? "")?.[1]);
  const numbers = lines.toSpliced(gap, 1).map(Number);
  assert.equal(numbers.length + dropped, 10_000);
  const expected = Array.from({ length: 10_000 }, (_, i) => i).toSpliced(gap, dropped);
  assert.deepEqual(numbers, expected);
});

Deno.test("allWritten() gives up on a reader that has stopped", async () => {
  const code = `import { allWritten, writeToStderr } from "${MODULE}";
    for (let i = 0; i < 10_000; i++) writeToStderr(String(i).padStart(99));
    console.log(await allWritten(1));
    Deno.exit();`;
  await using child = evaluate(code);
  await child.stdin.close();
  assert.equal(await new Response(child.stdout).text(), "false\n");
  assert.equal((await child.status).code, 0);
  await child.stderr.cancel();
});
