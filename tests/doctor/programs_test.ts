import assert from "node:assert/strict";
import "../support/bridge.ts";
import { lookAtBridge, lookAtCapture, lookAtDeno } from "../../lib/doctor/programs.ts";
import { CaptureVideoError } from "../../lib/flow/errors.ts";
import { windows } from "../../lib/opencv/ffi.ts";

// It stays loaded to the end.
windows();

Deno.test("lookAtDeno() takes the version that runs this, and newer ones, and refuses older ones", () => {
  assert.equal(lookAtDeno().verdict, "good");
  for (const version of ["2.9.6", "2.9.7", "2.10.0", "3.0.0", "2.9.6+abc"]) {
    assert.equal(lookAtDeno(version).verdict, "good", version);
  }
  for (const version of ["2.9.5", "2.8.11", "1.46.3"]) {
    const { verdict, what, type } = lookAtDeno(version);
    assert.equal(verdict, "stop");
    assert.equal(what, `Deno is ${version}, which is older than 2.9.6`);
    assert.deepEqual(type, ["deno upgrade", "npx --yes deno@2.9.6 task doctor"]);
  }
});

Deno.test("lookAtBridge() tells which OpenCV the bridge was built with", async () => {
  const { verdict, what } = await lookAtBridge();
  assert.equal(verdict, "good");
  assert.match(
    what,
    /^4\.\d+\.\d+, the bridge to it is built: pictures, cameras and films, windows$/,
  );
});

Deno.test("lookAtCapture() says that cameras are missing, and how they come", () => {
  assert.deepEqual(lookAtCapture(), []);
  const failure = "Cannot load the OpenCV bridge: libcapturevideo_capture.so: no such file";
  const [finding] = lookAtCapture(() => {
    throw new CaptureVideoError("bridge-unavailable", failure);
  });
  assert.deepEqual([finding?.verdict, finding?.what], [
    "stop",
    `cameras, films and streams are missing: ${failure}`,
  ]);
  assert.deepEqual(finding?.type, ["deno task setup", "deno task build"]);
});
