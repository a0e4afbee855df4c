import assert from "node:assert/strict";
import "../support/bridge.ts";
import type { CameraInfo } from "../../lib/camera/v4l2/cameras.ts";
import { lookAtCameras, lookAtDisplay } from "../../lib/doctor/devices.ts";
import { v4l2, windows } from "../../lib/opencv/ffi.ts";

// They stay loaded to the end.
windows();
v4l2();

const FORMAT = { fourcc: "MJPG", description: "Motion-JPEG", compressed: true, sizes: [] };

const CAMERA: CameraInfo = {
  index: 0,
  path: "/dev/video0",
  stablePath: null,
  name: "HD Webcam",
  driver: "uvcvideo",
  bus: "usb-1",
  formats: [FORMAT, { ...FORMAT, fourcc: "YUYV" }],
  controls: [],
  problem: undefined,
};

const FORBIDDEN: CameraInfo = {
  ...CAMERA,
  formats: [],
  problem: "this user may not open /dev/video0, which belongs to the group video; " +
    "run: sudo usermod -aG video $USER, and log in again",
};

Deno.test("lookAtCameras() says which may be opened, and what to type for those that may not", () => {
  assert.deepEqual(lookAtCameras(() => [CAMERA]), [{
    subject: "camera",
    verdict: "good",
    what: '0 "HD Webcam" (/dev/video0) can be opened: MJPG, YUYV',
  }]);
  const [forbidden] = lookAtCameras(() => [FORBIDDEN]);
  assert.equal(forbidden?.verdict, "stop");
  assert.deepEqual(forbidden?.type, ["sudo usermod -aG video $USER"]);
  assert.deepEqual(lookAtCameras(() => [FORBIDDEN, CAMERA]).map(({ verdict }) => verdict), [
    "note",
    "good",
  ]);
});

Deno.test("lookAtCameras() says what can be sent without a camera, which a guest needs not", () => {
  const [finding] = lookAtCameras(() => []);
  assert.deepEqual([finding?.verdict, finding?.type], ["note", ["deno task host --source test"]]);
});

Deno.test("lookAtDisplay() says that there is none, which matters where a picture is to be shown", () => {
  const display = Deno.env.get("DISPLAY");
  Deno.env.delete("DISPLAY");
  try {
    const needed = lookAtDisplay({ isNeeded: true });
    assert.equal(needed.verdict, "stop");
    assert.match(needed.what, /^Cannot open a window: there is no display/);
    assert.equal(lookAtDisplay({ isNeeded: false }).verdict, "note");
  } finally {
    if (display !== undefined) Deno.env.set("DISPLAY", display);
  }
});
