import assert from "node:assert/strict";
import { textOf } from "../../support/commands.ts";
import { CaptureVideoError } from "../../../lib/flow/errors.ts";
import { type CameraInfo, findCamera, listCameras } from "../../../lib/camera/v4l2/cameras.ts";
import { describeCameras } from "../../../lib/camera/v4l2/describe.ts";
import type { CameraFormat } from "../../../lib/camera/v4l2/driver.ts";
import { LOOPBACK, MjpegCamera, StreamingProgram, VIVID } from "./support.ts";

/** A format as `v4l2-ctl` prints it: its name, and each size with its rates to three places. */
type PrintedFormat = [fourcc: string, sizes: [size: string, rates: string[]][]];

/** Reads what `v4l2-ctl --list-formats-ext` printed. */
function parseFormats(text: string): PrintedFormat[] {
  const formats: PrintedFormat[] = [];
  for (const line of text.split("\n")) {
    const fourcc = /^\t\[\d+\]: '(.{4}(?:-BE)?)'/.exec(line)?.[1];
    if (fourcc !== undefined) formats.push([fourcc, []]);
    const size = /Size: Discrete (\S+)/.exec(line)?.[1];
    if (size !== undefined) formats.at(-1)![1].push([size, []]);
    const rate = /\((\S+) fps\)/.exec(line)?.[1];
    if (rate !== undefined) formats.at(-1)![1].at(-1)![1].push(rate);
  }
  return formats;
}

/** Our listing in the same form. */
function printFormat({ fourcc, sizes }: CameraFormat): PrintedFormat {
  return [
    fourcc,
    sizes.map(({ width, height, rates }) => {
      assert.equal(width.min, width.max);
      return [`${width.min}x${height.min}`, rates.map(({ max }) => max.toFixed(3))];
    }),
  ];
}

function cameraAt(path: string): CameraInfo {
  const camera = listCameras().find((camera) => camera.path === path);
  assert.ok(camera, `${path} is listed`);
  return camera;
}

Deno.test("listCameras() names a camera, its driver and where it is", () => {
  const { index, name, driver, bus, problem } = cameraAt(VIVID);
  assert.deepEqual(
    { index, name, driver, bus, problem },
    { index: 0, name: "vivid", driver: "vivid", bus: "platform:vivid-000", problem: undefined },
  );
});

Deno.test("listCameras() lists the formats, sizes and rates that v4l2-ctl lists", async (t) => {
  await using _camera = await MjpegCamera.start();
  for (const path of [VIVID, LOOPBACK]) {
    await t.step(path, async () => {
      const printed = parseFormats(await textOf("v4l2-ctl", ["-d", path, "--list-formats-ext"]));
      assert.ok(printed.length > 0);
      assert.deepEqual(cameraAt(path).formats.map(printFormat), printed);
    });
  }
});

Deno.test("listCameras() leaves out a node that delivers no pictures", () => {
  assert.ok(!listCameras().some(({ path }) => path === LOOPBACK), "nobody feeds the loopback");
});

Deno.test("listCameras() lists a camera that another program streams from", async () => {
  await using _other = new StreamingProgram();
  assert.ok(cameraAt(VIVID).formats.length > 0);
});

Deno.test("listCameras() gives the link that names the device itself", async () => {
  await Deno.mkdir("/dev/v4l/by-id", { recursive: true });
  await Deno.mkdir("/dev/v4l/by-path", { recursive: true });
  const link = "/dev/v4l/by-id/usb-Maker_Camera_1234-video-index0";
  await Deno.symlink("../../video0", link);
  await Deno.symlink("../../video0", "/dev/v4l/by-path/platform-vivid.0-video-index0");
  try {
    assert.equal(cameraAt(VIVID).stablePath, link);
    assert.equal(findCamera(link).path, VIVID);
  } finally {
    await Deno.remove("/dev/v4l", { recursive: true });
  }
  assert.equal(cameraAt(VIVID).stablePath, null);
});

Deno.test("findCamera() takes an index, a path, or a part of the name in any case", async () => {
  await using _camera = await MjpegCamera.start();
  for (const [spec, path] of [["0", VIVID], [VIVID, VIVID], ["VIV", VIVID], ["jpgv", LOOPBACK]]) {
    assert.equal(findCamera(spec!).path, path, spec);
  }
});

Deno.test("findCamera() lists what there is when there is no such camera", () => {
  for (const spec of ["7", "/dev/video7", "c920"]) {
    assert.throws(
      () => findCamera(spec),
      new CaptureVideoError(
        "camera-unavailable",
        `Cannot find camera ${spec}: the cameras are 0 "vivid" (/dev/video0)`,
      ),
    );
  }
});

Deno.test("findCamera() lists the cameras that match when there is more than one", async () => {
  await using _camera = await MjpegCamera.start();
  assert.throws(
    () => findCamera("Vid"),
    new CaptureVideoError(
      "camera-unavailable",
      "Cannot find camera Vid: more than one camera has that in its name: " +
        '0 "vivid" (/dev/video0), 10 "mjpgvideo" (/dev/video10)',
    ),
  );
});

Deno.test("describeCameras() prints every camera with its formats and controls", async () => {
  await using _camera = await MjpegCamera.start();
  const text = describeCameras(listCameras({ controls: true }));
  assert.match(text, /^0 {2}vivid\n {3}path {6}\/dev\/video0\n {3}driver {4}vivid, at platform:/);
  assert.match(text, /\n {3}format {4}YUYV UYVY /);
  assert.match(text, /\n +640x480 at 1 2 4 5 10 12\.5 15 25 frames\/s\n/);
  assert.match(text, /\n {5}brightness=\d+: 0 to 255; default 128\n/);
  assert.match(text, /\n\n10 {2}mjpgvideo\n[^]*\n {3}format {4}MJPG\n +640x480 at 30 frames\/s\n/);
});
