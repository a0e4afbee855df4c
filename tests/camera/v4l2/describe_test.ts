import assert from "node:assert/strict";
import type { CameraInfo } from "../../../lib/camera/v4l2/cameras.ts";
import { describeCameras } from "../../../lib/camera/v4l2/describe.ts";

const only = (value: number) => ({ min: value, max: value, step: 0 });
const rates = (...values: number[]) => values.map((value) => ({ min: value, max: value }));
const size = (width: number, height: number, ...fps: number[]) => ({
  width: only(width),
  height: only(height),
  rates: rates(...fps),
});

const WEBCAM: CameraInfo = {
  index: 2,
  path: "/dev/video2",
  stablePath: "/dev/v4l/by-id/usb-Maker_Webcam_1234-video-index0",
  name: "HD Pro Webcam C920",
  driver: "uvcvideo",
  bus: "usb-0000:00:14.0-1",
  formats: [
    {
      fourcc: "YUYV",
      sizes: [size(640, 480, 30, 24, 7.5), size(1280, 720, 10)],
    },
    {
      fourcc: "MJPG",
      sizes: [size(1280, 720, 30000 / 1001)],
    },
  ],
  controls: [],
  problem: undefined,
};

Deno.test("describeCameras() prints names, paths, formats, sizes and rates", () => {
  assert.equal(
    describeCameras([WEBCAM]),
    `\
2  HD Pro Webcam C920
   path      /dev/video2
   stable    /dev/v4l/by-id/usb-Maker_Webcam_1234-video-index0
   driver    uvcvideo, at usb-0000:00:14.0-1
   format    YUYV
               640x480 at 30 24 7.5 frames/s
               1280x720 at 10 frames/s
   format    MJPG
               1280x720 at 29.97 frames/s`,
  );
});

Deno.test("describeCameras() puts formats with the same sizes on one line, and wraps it", () => {
  const sizes = [size(320, 240, 30)];
  const formats = Array.from({ length: 20 }, (_, n) => ({
    fourcc: `F${String(n).padStart(3, "0")}`,
    sizes,
  }));
  const text = describeCameras([{ ...WEBCAM, formats }]);
  const lines = text.split("\n").slice(4);
  assert.deepEqual(lines, [
    "   format    F000 F001 F002 F003 F004 F005 F006 F007 F008 F009 F010 F011 F012 F013 F014 F015",
    "             F016 F017 F018 F019",
    "               320x240 at 30 frames/s",
  ]);
});

Deno.test("describeCameras() prints ranges of sizes and rates, and formats without sizes", () => {
  const range = {
    width: { min: 48, max: 8192, step: 8 },
    height: { min: 32, max: 4096, step: 2 },
    rates: [{ min: 1, max: 60 }],
  };
  const formats = [
    { fourcc: "YU12", sizes: [range] },
    { fourcc: "GREY", sizes: [] },
  ];
  assert.deepEqual(describeCameras([{ ...WEBCAM, formats }]).split("\n").slice(4), [
    "   format    YU12",
    "               48x32 to 8192x4096 in steps of 8x2 at 1 to 60 frames/s",
    "   format    GREY",
    "               sizes are not listed",
  ]);
});

Deno.test("describeCameras() prints the controls that it is given", () => {
  const brightness = {
    ...{ id: 1, label: "Brightness", type: "integer" as const },
    ...{ min: 0, max: 255, step: 5, default: 128, value: 200, menu: [] },
    ...{ inactive: true, readOnly: false },
  };
  const frequency = {
    ...{ id: 2, label: "Power Line Frequency", type: "menu" as const },
    ...{ min: 0, max: 2, step: 1, default: 2, value: 1 },
    menu: [[0, "Disabled"], [1, "50 Hz"], [2, "60 Hz"]] satisfies [number, string][],
    ...{ inactive: false, readOnly: false },
  };
  const reset = { ...brightness, label: "Reset", type: "button" as const, value: null };
  const text = describeCameras([{
    ...WEBCAM,
    formats: [],
    controls: [brightness, frequency, reset],
  }]);
  assert.deepEqual(text.split("\n").slice(4), [
    "   controls",
    "     brightness=200: 0 to 255 in steps of 5; default 128; not in use now",
    "     power_line_frequency=1: 0 (Disabled), 1 (50 Hz), 2 (60 Hz); default 2",
    "     reset: a button, pressed by reset=1",
  ]);
});

Deno.test("describeCameras() says why a camera could not be asked", () => {
  const problem = "it is in use by cheese (process 4711)";
  const text = describeCameras([{ ...WEBCAM, stablePath: null, problem }, WEBCAM]);
  assert.deepEqual(text.split("\n").slice(0, 5), [
    "2  HD Pro Webcam C920",
    "   path      /dev/video2",
    "   problem   it is in use by cheese (process 4711)",
    "",
    "2  HD Pro Webcam C920",
  ]);
});

Deno.test("describeCameras() says that there is none", () => {
  assert.equal(describeCameras([]), "No camera is connected");
});
