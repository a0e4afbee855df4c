import assert from "node:assert/strict";
import { packagesFor } from "../../lib/setup/packages.ts";
import { CAMERA_VM_PACKAGES } from "./requirements.ts";

Deno.test("CAMERA_VM_PACKAGES are all among what the set-up installs for tests", () => {
  const installed = new Set(packagesFor("test"));
  assert.deepEqual(CAMERA_VM_PACKAGES.filter((name) => !installed.has(name)), []);
});
