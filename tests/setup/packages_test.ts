import assert from "node:assert/strict";
import { PACKAGES, packagesFor, PURPOSES } from "../../lib/setup/packages.ts";
import { CAMERA_VM_PACKAGES } from "../camera_vm/requirements.ts";

Deno.test("PACKAGES names packages as Debian does, each with a reason", () => {
  for (const [name, why] of PURPOSES.flatMap((purpose) => Object.entries(PACKAGES[purpose]))) {
    assert.match(name, /^[a-z0-9][a-z0-9+.-]+$/);
    assert.notEqual(why, "");
  }
});

Deno.test("packagesFor() gives to run no more than compiler, OpenCV, TurboJPEG and X11", () => {
  assert.deepEqual(packagesFor("run"), [
    "g++",
    "libopencv-videoio-dev",
    "libturbojpeg0-dev",
    "libjpeg-dev",
    "libxext-dev",
    "libxinerama1",
  ]);
});

Deno.test("packagesFor() includes what run needs in every purpose", () => {
  for (const purpose of PURPOSES) {
    const names = packagesFor(purpose);
    for (const name of packagesFor("run")) assert.ok(names.includes(name), `${purpose}: ${name}`);
  }
});

Deno.test("packagesFor() has for the tests all that the camera machine asks for", () => {
  const names = packagesFor("test");
  assert.deepEqual(CAMERA_VM_PACKAGES.filter((name) => !names.includes(name)), []);
});
