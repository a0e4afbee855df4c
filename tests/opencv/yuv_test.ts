import assert from "node:assert/strict";
import "../support/bridge.ts";
import { CV_8UC1, Mat, YUV_LAYOUTS, type YuvLayout, yuvToBgr } from "../../lib/opencv/mod.ts";
import { captureVideoError } from "../support/errors.ts";
import { psnr, rawFrame, testPicture } from "./pictures.ts";

for (const layout of YUV_LAYOUTS) {
  Deno.test(`yuvToBgr() shows the picture of a ${layout} frame`, () => {
    using expected = testPicture(240, 320);
    using frame = rawFrame(layout, 320, 240);
    using picture = new Mat();
    yuvToBgr(frame, layout, picture);
    assert.deepEqual([picture.cols, picture.rows, picture.channels], [320, 240, 3]);
    const likeness = psnr(expected.getData(), picture.getData());
    assert.ok(likeness > 33, `${likeness.toFixed(1)} dB`);
  });
}

Deno.test("yuvToBgr() takes yuvj420p for full range: black is 0, white is 255", () => {
  for (const luma of [0, 16, 235, 255]) {
    using frame = new Mat(24, 16, CV_8UC1);
    frame.setData(new Uint8Array(24 * 16).fill(luma, 0, 256).fill(128, 256));
    using picture = new Mat();
    yuvToBgr(frame, "yuvj420p", picture);
    assert.ok(picture.getData().every((value) => value === luma), `${luma}`);
  }
});

Deno.test("yuvToBgr() refuses a Mat of another shape, and a layout that it does not know", () => {
  using picture = new Mat();
  using frame = new Mat(4, 4);
  for (const layout of YUV_LAYOUTS) {
    assert.throws(
      () => yuvToBgr(frame, layout, picture),
      captureVideoError("opencv", /^Cannot convert a raw frame: /),
    );
  }
  assert.throws(() => yuvToBgr(frame, "rgb" as YuvLayout, picture), TypeError);
});
