import assert from "node:assert/strict";
import {
  CAP_PROP_CONVERT_RGB,
  CAP_PROP_FRAME_HEIGHT,
  CAP_PROP_FRAME_WIDTH,
  CAP_V4L2,
  Mat,
  VideoCapture,
} from "../../../lib/opencv/mod.ts";
import { LOOPBACK_BUFFERS } from "../image.ts";
import { fingerprint, LOOPBACK, MjpegCamera, UnpluggedVivid, VIVID } from "./support.ts";

const PICTURES = 20;

Deno.test("VideoCapture.readAsync() reads pictures of the requested size from a raw camera", async () => {
  await using capture = await VideoCapture.open(VIVID, { apiPreference: CAP_V4L2 });
  capture.set(CAP_PROP_FRAME_WIDTH, 640);
  capture.set(CAP_PROP_FRAME_HEIGHT, 480);
  using picture = new Mat();
  for (let count = 0; count < PICTURES; count++) {
    assert.ok(await capture.readAsync(picture));
    assert.deepEqual([picture.cols, picture.rows, picture.channels], [640, 480, 3]);
  }
});

Deno.test("VideoCapture.readAsync() hands an MJPEG camera's JPEGs out byte for byte", async () => {
  await using camera = await MjpegCamera.start();
  await using capture = await VideoCapture.open(LOOPBACK, { apiPreference: CAP_V4L2 });
  capture.set(CAP_PROP_CONVERT_RGB, 0);
  using picture = new Mat();
  const isAsFed = async () => {
    assert.ok(await capture.readAsync(picture));
    return camera.fed.has(await fingerprint(picture.getData()));
  };
  // Of pictures from before the stream's start v4l2loopback 0.12.7 has forgotten the length.
  for (let before = 0; !await isAsFed(); before++) assert.ok(before < LOOPBACK_BUFFERS);
  for (let count = 0; count < PICTURES; count++) {
    assert.ok(await isAsFed(), `picture ${count} is as it was fed`);
  }
});

Deno.test("VideoCapture.readAsync() gives false when the camera is unplugged", async () => {
  let vivid: UnpluggedVivid;
  {
    await using capture = await VideoCapture.open(VIVID, { apiPreference: CAP_V4L2 });
    using picture = new Mat();
    assert.ok(await capture.readAsync(picture));
    vivid = await UnpluggedVivid.pull();
    assert.equal(await readUntilFalse(capture, picture), false);
  }
  await vivid.plug();
});

/** Pictures that the driver had finished are still handed out. */
async function readUntilFalse(capture: VideoCapture, into: Mat): Promise<boolean> {
  for (let count = 0; count < PICTURES; count++) {
    if (!await capture.readAsync(into)) return false;
  }
  return true;
}
