import assert from "node:assert/strict";
import { describeNeeds, runtimePackages } from "../../lib/release/needs.ts";
import { FakeMachine } from "../setup/fake_machine.ts";

const PACKAGES = ["g++", "libfilm-dev", "libwindow-dev", "libplain1"];

Deno.test("runtimePackages() are the libraries that the -dev packages depend on", async () => {
  const machine = new FakeMachine(() => ({
    stdout: "libother-dev, libfilm406 (= 4.6.0), libother-dev (>= 2)\nlibwindow6 (= 1.3)\n\n",
  }));
  assert.deepEqual(await runtimePackages(PACKAGES, machine.run), [
    "libfilm406",
    "libwindow6",
    "libplain1",
  ]);
  assert.match(machine.commandLines[0]!, / libfilm-dev libwindow-dev$/);
});

Deno.test("runtimePackages() are none where there is no dpkg", async () => {
  assert.deepEqual(await runtimePackages(PACKAGES, new FakeMachine(() => undefined).run), []);
});

Deno.test("describeNeeds() says what to install where that is known", () => {
  const needs = { openCvVersion: "4.6.0", packages: ["libfilm406", "libwindow6"] };
  assert.equal(describeNeeds(needs), "OpenCV 4.6.0: apt install libfilm406 libwindow6");
  assert.equal(describeNeeds({ ...needs, packages: [] }), "OpenCV 4.6.0");
});
