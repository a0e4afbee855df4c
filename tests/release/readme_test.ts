import assert from "node:assert/strict";
import { VERSION } from "../../lib/cli/version.ts";
import { BINARIES, binaryName } from "../../lib/release/binaries.ts";
import { readmeOf } from "../../lib/release/readme.ts";
import { flagsOf } from "../../lib/cli/names.ts";
import { OPTIONS } from "../../settings.ts";

const NEEDS = { openCvVersion: "4.6.0", packages: ["libfilm406", "libwindow6"] };

Deno.test("readmeOf() names version, runtime, every program and what they need", () => {
  const text = readmeOf({ needs: NEEDS, runtime: "2.9.6" });
  for (
    const words of [
      `# capturevideo ${VERSION}`,
      "Deno 2.9.6",
      "OpenCV 4.6.0",
      "sudo apt install libfilm406 libwindow6\n",
      ...BINARIES.map(binaryName),
    ]
  ) assert.ok(text.includes(words), words);
  const none = readmeOf({ needs: { ...NEEDS, packages: [] }, runtime: "2.9.6" });
  assert.doesNotMatch(none, /apt install/);
});

Deno.test("readmeOf() tells to type nothing but options that exist", () => {
  const known = new Set([
    ...Object.entries(OPTIONS).flatMap((entry) => flagsOf(...entry)),
    "--help",
  ]);
  const named = readmeOf({ needs: NEEDS, runtime: "2.9.6" }).match(/--[a-z][\w-]*/g) ?? [];
  assert.ok(named.length > 3);
  assert.deepEqual(named.filter((flag) => !known.has(flag)), []);
});
