import assert from "node:assert/strict";
import { listCameras } from "../../../lib/camera/v4l2/cameras.ts";
import { diagnoseCamera, diagnoseLoss } from "../../../lib/camera/v4l2/diagnose.ts";
import {
  LOOPBACK,
  MjpegCamera,
  pressVivid,
  setVivid,
  StreamingProgram,
  UnpluggedVivid,
  until,
  VIVID,
} from "./support.ts";

Deno.test("diagnoseCamera() finds nothing wrong with cameras that work", async () => {
  await using _camera = await MjpegCamera.start();
  assert.equal(diagnoseCamera(VIVID), undefined);
  assert.equal(diagnoseCamera(LOOPBACK), undefined);
});

Deno.test("diagnoseCamera() names the program that uses the camera", async () => {
  {
    await using other = new StreamingProgram();
    const busy = `it is in use by ${other.name}`;
    await until("v4l2-ctl streams", () => diagnoseCamera(VIVID) === busy);
  }
  assert.equal(diagnoseCamera(VIVID), undefined);
});

Deno.test("diagnoseCamera() names the group and the command when this user may not", async () => {
  await Deno.chmod(VIVID, 0o660);
  await Deno.chown(VIVID, 0, VIDEO_GROUP);
  const libc = Deno.dlopen("libc.so.6", {
    // int setfsuid(uid_t user): of this thread alone
    setfsuid: { parameters: ["u32"], result: "i32" },
    // int setfsgid(gid_t group)
    setfsgid: { parameters: ["u32"], result: "i32" },
  });
  let why: string | undefined;
  let listed: string | undefined;
  try {
    libc.symbols.setfsgid(NOBODY);
    libc.symbols.setfsuid(NOBODY);
    why = diagnoseCamera(VIVID);
    listed = listCameras().find(({ path }) => path === VIVID)?.problem;
  } finally {
    libc.symbols.setfsuid(0);
    libc.symbols.setfsgid(0);
    libc.close();
  }
  assert.equal(
    why,
    "this user may not open /dev/video0, which belongs to the group video; " +
      "run: sudo usermod -aG video $USER, and log in again",
  );
  assert.equal(listed, why);
});

/** Debian's number of the group `video`. */
const VIDEO_GROUP = 44;
const NOBODY = 65534;

Deno.test("diagnoseCamera() lists the cameras when there is none at the path", () => {
  assert.equal(
    diagnoseCamera("/dev/video7"),
    'there is no /dev/video7; the cameras are 0 "vivid" (/dev/video0)',
  );
});

Deno.test("diagnoseCamera() says that a device is not a camera", () => {
  for (const path of ["/dev/null", LOOPBACK]) {
    assert.equal(
      diagnoseCamera(path),
      `${path} is not a camera; the cameras are 0 "vivid" (/dev/video0)`,
    );
  }
});

Deno.test("diagnoseCamera() says that the driver does not start the stream", async () => {
  await pressVivid("inject_vidioc_streamon_error");
  assert.equal(
    diagnoseCamera(VIVID),
    "its driver does not start the stream: Invalid argument",
  );
});

Deno.test("diagnoseCamera() says that the camera was disconnected", async () => {
  const vivid = await UnpluggedVivid.pull();
  assert.equal(diagnoseCamera(VIVID), "it has been disconnected");
  await vivid.plug();
  assert.equal(diagnoseCamera(VIVID), undefined);
});

Deno.test("diagnoseLoss() says that the camera was disconnected, its node there or not", async () => {
  const vivid = await UnpluggedVivid.pull();
  assert.equal(diagnoseLoss(VIVID), "it has been disconnected");
  await vivid.plug();
  await setVivid("unbind");
  assert.equal(diagnoseLoss(VIVID), "it has been disconnected");
  await setVivid("bind");
});

Deno.test("diagnoseLoss() finds nothing where the camera is there, streaming or not", async () => {
  assert.equal(diagnoseLoss(VIVID), undefined);
  await using _other = new StreamingProgram();
  assert.equal(diagnoseLoss(VIVID), undefined);
});
