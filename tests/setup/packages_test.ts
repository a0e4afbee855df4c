import assert from "node:assert/strict";
import { missingPackages, PACKAGES, packagesFor, PURPOSES } from "../../lib/setup/packages.ts";
import { CAMERA_VM_PACKAGES } from "../camera_vm/requirements.ts";

Deno.test("PACKAGES names each package once, with a reason and a purpose", () => {
  assert.equal(new Set(PACKAGES.map(({ name }) => name)).size, PACKAGES.length);
  for (const { name, why, purposes } of PACKAGES) {
    assert.match(name, /^[a-z0-9][a-z0-9+.-]+$/);
    assert.notEqual(why, "");
    assert.ok(purposes.length > 0, name);
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

Deno.test("missingPackages() reads dpkg's listing", async (t) => {
  const wanted = ["g++", "xvfb"];
  const cases: [what: string, listing: string, missing: string[]][] = [
    ["nothing known", "", ["g++", "xvfb"]],
    ["all installed", "g++ installed\nxvfb installed\n", []],
    ["removed, its configuration left", "g++ installed\nxvfb config-files\n", ["xvfb"]],
    ["known but never installed", "g++ not-installed\nxvfb installed\n", ["g++"]],
    ["installation broken off", "g++ half-configured\nxvfb installed\n", ["g++"]],
    ["two architectures", "g++ config-files\ng++ installed\nxvfb installed\n", []],
    ["a name that is part of another", "g++-12 installed\nxvfb installed\n", ["g++"]],
  ];
  for (const [what, listing, missing] of cases) {
    await t.step(what, () => assert.deepEqual(missingPackages(wanted, listing), missing));
  }
});
