import assert from "node:assert/strict";
import { denoTestArguments, selectSuites, SUITES } from "./suites.ts";

const names = (paths: string[]) => selectSuites({ paths, flags: [] }).map(({ name }) => name);

Deno.test("selectSuites() without paths is everything that need not be named, in order", () => {
  const usual = SUITES.filter(({ onlyNamed }) => !onlyNamed).map(({ name }) => name);
  assert.deepEqual(names([]), usual);
  assert.ok(!usual.includes("other systems") && !usual.includes("bare binaries"));
  assert.deepEqual(names(["tests/systems/windows_test.ts"]), ["other systems"]);
  assert.deepEqual(names(["tests/binaries"]), ["binaries"]);
  assert.deepEqual(names(["tests/binaries/bare"]), ["bare binaries"]);
});

Deno.test("selectSuites() gives a path to the suite that holds it most closely", () => {
  assert.deepEqual(names(["tests/protocol"]), ["unit"]);
  assert.deepEqual(names(["./tests/end_to_end/loopback_test.ts"]), ["end to end"]);
  assert.deepEqual(names(["lib/protocol/header.ts", "tests/camera_vm/"]), ["camera", "examples"]);
  assert.deepEqual(names(["tests/network_of_names_test.ts"]), ["unit"]);
  assert.deepEqual(names(["elsewhere"]), []);
});

Deno.test("selectSuites() gives a folder to all suites that have something in it", () => {
  assert.deepEqual(names(["tests/network/"]), ["network", "network in time"]);
  assert.deepEqual(names(["tests/network/bound_test.ts"]), ["network in time"]);
  assert.ok(!names(["tests"]).includes("other systems"));
});

Deno.test("selectSuites() narrows a suite to the paths and hands flags on", () => {
  const [suite] = selectSuites({ paths: ["tests/protocol"], flags: ["--filter=ack"] });
  assert.deepEqual(suite?.paths, ["tests/protocol"]);
  assert.deepEqual(suite?.flags, ["--filter=ack"]);
});

Deno.test("denoTestArguments() permits running Deno and the suite's own programs only", () => {
  for (const suite of SUITES) {
    const args = denoTestArguments(suite, "/opt/deno", "report.xml");
    const run = args.filter((argument) => argument.startsWith("--allow-run"));
    assert.deepEqual(run, [`--allow-run=${["/opt/deno", ...suite.programs].join(",")}`]);
    assert.ok(!args.includes("-A") && !args.includes("--allow-all"));
  }
});
