/** A real USB camera: found, opened, set and passed on. */

import assert from "node:assert/strict";
import { CameraOpener } from "../../../lib/camera/camera_opener.ts";
import { CaptureVideoError } from "../../../lib/flow/errors.ts";
import { taskArguments } from "../../../lib/setup/tasks.ts";
import { Mat } from "../../../lib/opencv/mod.ts";
import { jpegSize } from "../../../lib/jpeg/markers.ts";
import { JpegStreamCutter } from "../../../lib/jpeg/stream.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { Program } from "../../support/programs.ts";
import { textOf } from "../../support/commands.ts";
import { until } from "./support.ts";
import { STABLE_PATH, stableNode, startUdev, UsbCamera, usbNodes } from "./usb_camera.ts";

/** Where udev names it by its place on the hub. */
const PLACE_PATH = "/dev/v4l/by-path/platform-vhci_hcd.0-usb-0:1:1.0-video-index0";

const HOST = ["--port=0", "--no-preview", "--no-adapt"];

/** So many pictures come in a few seconds. */
const PICTURES = 30;

Deno.test("a USB camera is listed with its stable path, its formats and its controls", async () => {
  await using _udev = await startUdev();
  await using _camera = await UsbCamera.plug(0);
  const node = await stableNode();
  const list = await textOf(Deno.execPath(), [...taskArguments("host"), "--list", "--controls"]);
  const camera = list.split("\n\n").find((text) => text.includes("Desk Camera"));
  assert.equal(
    camera?.trimEnd(),
    `${/\d+$/.exec(node)![0]}  Desk Camera
   path      ${node}
   stable    ${STABLE_PATH}
   driver    uvcvideo, at usb-vhci_hcd.0-1
   format    MJPG
               640x480 at 30 15 frames/s
               1280x720 at 30 15 frames/s
   format    YUYV
               320x240 at 30 15 frames/s
   controls
     brightness=128: 0 to 255; default 128
     contrast=128: 0 to 255; default 128`,
  );
});

Deno.test("a USB camera is opened by index, name and every path, in each of its modes", async () => {
  await using _udev = await startUdev();
  await using _camera = await UsbCamera.plug(0);
  const node = await stableNode();
  const index = /\d+$/.exec(node)![0];
  const modes = [
    { spec: index, width: 640, height: 480, fps: 30, format: "mjpg" },
    { spec: "desk cam", width: 1280, height: 720, fps: 30, format: "mjpg" },
    { spec: node, width: 1280, height: 720, fps: 15, format: "mjpg" },
    { spec: STABLE_PATH, width: 640, height: 480, fps: 15, format: "mjpg" },
    { spec: PLACE_PATH, width: 320, height: 240, fps: 30, format: "yuyv" },
  ];
  for (const { spec, ...mode } of modes) {
    const opener = new CameraOpener(spec, { ...mode, format: "auto", control: [] });
    opener.check();
    await using source = await opener.open();
    assert.deepEqual(source.info, { description: `Desk Camera (${node})`, ...mode }, spec);
    using picture = new Mat();
    await source.read(picture);
    if (mode.format === "yuyv") continue;
    const jpeg = picture.getData();
    assert.deepEqual(jpegSize(jpeg), { width: mode.width, height: mode.height });
    assert.ok(await UsbCamera.numberOf(jpeg) !== undefined, `untouched: ${spec}`);
  }
});

Deno.test("a USB camera is found again in another port, though a twin goes by its name", async () => {
  await using _udev = await startUdev();
  await using camera = await UsbCamera.plug(0);
  const node = await stableNode();
  await using _twin = await UsbCamera.plug(1);
  await until("the twin has the name", async () => await stableNode() !== node);
  const mode = { width: 640, height: 480, fps: 15, format: "auto", control: [] };
  const opener = new CameraOpener(/\d+$/.exec(node)![0], mode);
  await (await opener.open()).close();
  await camera.command("unplug");
  await until("it is gone", () => usbNodes().length === 1);
  await assert.rejects(
    opener.open(),
    new CaptureVideoError(
      "camera-unavailable",
      `Cannot open Desk Camera (${node}): it has been disconnected`,
    ),
  );
  await camera.command("plug 2");
  await until("it is back", () => usbNodes().includes(node));
  await using source = await opener.open();
  assert.equal(source.info.description, `Desk Camera (${node})`);
});

Deno.test("a USB camera's JPEGs reach a guest byte for byte and in order", async () => {
  await using _udev = await startUdev();
  await using _camera = await UsbCamera.plug(0);
  await stableNode();
  await using folder = await temporaryFolder();
  const output = `${folder.path}/seen.mjpeg`;
  await using host = Program.start("host", [
    ...[...HOST, "--source=desk", "--width=1280", "--height=720"],
  ]);
  const ending = await Program.run("guest", [
    ...[await host.address(), "--no-window", `--frames=${PICTURES}`, `--output=${output}`],
  ]);
  assert.equal(ending.code, 0, ending.words.join("\n"));
  const jpegs = new JpegStreamCutter().push(await Deno.readFile(output));
  const numbers: number[] = [];
  for (const jpeg of jpegs) numbers.push(await UsbCamera.numberOf(jpeg) ?? NaN);
  assert.equal(numbers.length, PICTURES);
  for (const [at, number] of numbers.entries()) {
    assert.ok(at === 0 || number > numbers[at - 1]!, numbers.join(" "));
  }
});
