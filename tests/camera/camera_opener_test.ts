import assert from "node:assert/strict";
import { chooseFormat } from "../../lib/camera/camera_opener.ts";
import type { CameraFormat } from "../../lib/camera/v4l2/driver.ts";

const HD = { width: 1280, height: 720, fps: 30, format: "auto" };

function only(value: number) {
  return { min: value, max: value, step: 1 };
}

/** A format in one size, at these rates. */
function offer(fourcc: string, ...rates: number[]): CameraFormat {
  return {
    fourcc,
    sizes: [{
      width: only(1280),
      height: only(720),
      rates: rates.map((rate) => ({ min: rate, max: rate })),
    }],
  };
}

const CASES: [string, CameraFormat[], Partial<typeof HD>, string | undefined][] = [
  ["the raw one where it is fast enough", [offer("MJPG", 30), offer("YUYV", 30)], {}, "YUYV"],
  ["MJPEG where raw pictures are too slow", [offer("YUYV", 10), offer("MJPG", 30)], {}, "MJPG"],
  ["29.97 for 30", [offer("YUYV", 29.97), offer("MJPG", 60)], {}, "YUYV"],
  ["YUYV before NV12", [offer("NV12", 30), offer("YUYV", 30)], {}, "YUYV"],
  ["the fastest where none is fast enough", [offer("YUYV", 5), offer("MJPG", 15)], {}, "MJPG"],
  ["a slower one that is fast enough", [offer("YUYV", 10, 60), offer("MJPG", 30)], {}, "YUYV"],
  ["none that it does not know", [offer("H264", 60), offer("NV12", 30)], {}, "NV12"],
  ["nothing where it knows none", [offer("H264", 60)], {}, undefined],
  ["nothing where nothing is offered", [], {}, undefined],
  [
    "one in the requested size",
    [offer("YUYV", 30), {
      fourcc: "MJPG",
      sizes: [{ width: only(1920), height: only(1080), rates: [{ min: 30, max: 30 }] }],
    }],
    { width: 1920, height: 1080 },
    "MJPG",
  ],
  [
    "a range that holds the size",
    [{
      fourcc: "NV12",
      sizes: [{
        width: { min: 16, max: 1920, step: 8 },
        height: { min: 16, max: 1080, step: 8 },
        rates: [{ min: 1, max: 60 }],
      }],
    }, offer("MJPG", 30)],
    {},
    "NV12",
  ],
  [
    "no range whose steps miss the size",
    [{
      fourcc: "NV12",
      sizes: [{
        width: { min: 16, max: 1920, step: 100 },
        height: { min: 16, max: 1080, step: 8 },
        rates: [{ min: 1, max: 60 }],
      }],
    }, offer("MJPG", 30)],
    {},
    "MJPG",
  ],
  ["a driver that names no rates", [offer("YUYV"), offer("MJPG", 30)], {}, "YUYV"],
  ["the one that was named", [offer("YUYV", 30), offer("MJPG", 30)], { format: "mjpg" }, "MJPG"],
  ["the one that was named, offered or not", [], { format: "grey" }, "GREY"],
];

for (const [what, offered, requested, chosen] of CASES) {
  Deno.test(`chooseFormat() takes ${what}`, () => {
    assert.equal(chooseFormat(offered, { ...HD, ...requested }), chosen);
  });
}
