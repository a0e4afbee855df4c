import assert from "node:assert/strict";
import "../support/bridge.ts";
import { CameraSource } from "../../lib/camera/camera.ts";
import {
  CAP_PROP_CONVERT_RGB,
  CAP_PROP_FOURCC,
  CAP_PROP_FRAME_HEIGHT,
  CAP_PROP_FRAME_WIDTH,
  fourcc,
  type VideoCapture,
} from "../../lib/opencv/mod.ts";

const CASES = [
  ["YUYV", 640, 480, "yuyv"],
  ["YUYV", 640, 481, "bgr"],
  ["YUYV", 641, 480, "bgr"],
  ["NV12", 640, 480, "nv12"],
  ["NV12", 641, 481, "bgr"],
  ["MJPG", 641, 481, "mjpg"],
  ["GREY", 640, 480, "bgr"],
] as const;

for (const [format, width, height, taken] of CASES) {
  Deno.test(`CameraSource takes ${format} of ${width}x${height} as ${taken}`, () => {
    const properties = new Map([
      [CAP_PROP_CONVERT_RGB, 1],
      [CAP_PROP_FOURCC, fourcc(format)],
      [CAP_PROP_FRAME_WIDTH, width],
      [CAP_PROP_FRAME_HEIGHT, height],
    ]);
    const capture: Pick<VideoCapture, "get" | "set" | "getBackendName"> = {
      get: (property) => properties.get(property) ?? 0,
      set(property, value) {
        properties.set(property, value);
        return true;
      },
      getBackendName: () => "V4L2",
    };
    const source = new CameraSource("camera 0", capture as VideoCapture);
    assert.equal(source.pixelFormat, taken);
    assert.deepEqual([source.info.width, source.info.height], [width, height]);
    assert.equal(properties.get(CAP_PROP_CONVERT_RGB), taken === "bgr" ? 1 : 0, "OpenCV converts");
  });
}
