import assert from "node:assert/strict";
import { PACKAGES } from "../../lib/setup/packages.ts";
import { CAMERA_VM_PACKAGES } from "./requirements.ts";

Deno.test("CAMERA_VM_PACKAGES are all among what the set-up installs for tests", () => {
  const installed = new Set(PACKAGES.test);
  assert.deepEqual(CAMERA_VM_PACKAGES.filter((name) => !installed.has(name)), []);
});
