import assert from "node:assert/strict";
import { secondTries, secondTryLines } from "./second_tries.ts";

/** Runs a file of tests as a suite with a second try does. */
async function outputOf(tests: string): Promise<string> {
  const path = await Deno.makeTempFile({ dir: ".cache", suffix: "_test.ts" });
  try {
    await Deno.writeTextFile(path, tests);
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "--quiet", "--no-lock", "--no-check", "--retry=1", path],
      stderr: "null",
    }).output();
    return new TextDecoder().decode(stdout);
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("secondTries() names the tests that deno test has tried again, with their file", async () => {
  const names = secondTries(
    await outputOf(`
    let tries = 0;
    Deno.test("late once (9 ms)", () => { if (tries++ === 0) throw new Error("late"); });
    Deno.test("never late", () => {});
    let steps = 0;
    Deno.test("late in a step", async (t) => {
      await t.step("step", () => { if (steps++ === 0) throw new Error("late"); });
    });
    Deno.test("always late", () => { throw new Error("late"); });
  `),
  );
  assert.deepEqual(
    names.map((name) => name.replace(/^\.cache\/\w+_test\.ts/, "FILE")),
    ["FILE: late once (9 ms)", "FILE: late in a step", "FILE: always late"],
  );
});

Deno.test("secondTries() names a test whose first try took more than a minute", () => {
  assert.deepEqual(
    secondTries(`\x1b[38;5;245mrunning 2 tests from ./tests/network/bound_test.ts\x1b[0m
one ...'one' has been running for over (1m0s)
 \x1b[0m\x1b[32mok\x1b[0m \x1b[0m\x1b[38;5;245m(1m2s)\x1b[0m
two ...'two' has been running for over (1m0s)
 \x1b[0m\x1b[33mretrying (attempt 1 failed)\x1b[0m \x1b[0m\x1b[38;5;245m(Uncaught Error: late)\x1b[0m
two ...'two' has been running for over (1m0s)
 \x1b[0m\x1b[32mok\x1b[0m \x1b[0m\x1b[38;5;245m(1m1s)\x1b[0m
`),
    ["tests/network/bound_test.ts: two"],
  );
});

Deno.test("secondTries() names a test of several files that were run at once", () => {
  assert.deepEqual(
    secondTries(`./tests/network/lan_test.ts => one ... ok (1s)
'two' has been running for over (1m0s)
./tests/network/wan_test.ts => two ... retrying (attempt 1 failed) (Uncaught Error: late)
./tests/network/wan_test.ts => two ... ok (2m2s)
`),
    ["tests/network/wan_test.ts: two"],
  );
});

Deno.test("secondTryLines() says how many and which, and nothing where there were none", () => {
  assert.deepEqual(secondTryLines([]), []);
  assert.deepEqual(secondTryLines(["a_test.ts: x"]), [
    "1 test needed a second try:",
    "  a_test.ts: x",
  ]);
  assert.equal(secondTryLines(["a", "b"])[0], "2 tests needed a second try:");
});
