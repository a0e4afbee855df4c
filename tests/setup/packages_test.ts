import assert from "node:assert/strict";
import { PACKAGES, PURPOSES } from "../../lib/setup/packages.ts";
import { CAMERA_VM_PACKAGES } from "../camera_vm/requirements.ts";

Deno.test("PACKAGES names packages as Debian does, each once for a purpose", () => {
  for (const names of PURPOSES.map((purpose) => PACKAGES[purpose])) {
    for (const name of names) assert.match(name, /^[a-z0-9][a-z0-9+.-]+$/);
    assert.equal(new Set(names).size, names.length);
  }
});

Deno.test("PACKAGES gives to run no more than compiler, OpenCV, TurboJPEG and X11", () => {
  assert.deepEqual(PACKAGES.run, [
    "g++",
    "libopencv-imgproc-dev",
    "libturbojpeg0-dev",
    "libjpeg-dev",
    "libxext-dev",
    "libxinerama1",
    "libopencv-videoio-dev",
  ]);
});

Deno.test("PACKAGES includes what try needs in every purpose, and what run needs in all others", () => {
  for (const purpose of PURPOSES) {
    const names = PACKAGES[purpose];
    const needed = PACKAGES[purpose === "try" ? "try" : "run"];
    for (const name of [...PACKAGES.try, ...needed]) {
      assert.ok(names.includes(name), `${purpose}: ${name}`);
    }
  }
});

Deno.test("PACKAGES has for the tests all that the camera machine asks for", () => {
  const names = PACKAGES.test;
  assert.deepEqual(CAMERA_VM_PACKAGES.filter((name) => !names.includes(name)), []);
});
