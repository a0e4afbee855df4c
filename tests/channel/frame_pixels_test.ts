import assert from "node:assert/strict";
import "../support/bridge.ts";
import { FramePixels } from "../../lib/channel/frame_pixels.ts";
import { CV_8UC1, Mat } from "../../lib/opencv/mod.ts";
import { captureVideoError } from "../support/errors.ts";
import { numberedJpeg } from "../support/numbered_pictures.ts";

const FACTS = { capturedAtMicros: 1, release: () => {} };

/** A JPEG as a source gives it. */
function row(jpeg: Uint8Array): Mat {
  const mat = new Mat(1, jpeg.length, CV_8UC1);
  mat.setData(jpeg);
  return mat;
}

Deno.test("FramePixels.of() gives BGR as it is, and decodes or converts all else", async () => {
  await using pixels = new FramePixels();
  using bgr = new Mat(24, 32);
  assert.equal(await pixels.of({ ...FACTS, mat: bgr, pixelFormat: "bgr" }), bgr);
  using nv12 = new Mat(36, 32, CV_8UC1);
  const converted = await pixels.of({ ...FACTS, mat: nv12, pixelFormat: "nv12" });
  assert.deepEqual([converted.cols, converted.rows, converted.channels], [32, 24, 3]);
  using jpeg = row(await numberedJpeg(7));
  const decoded = await pixels.of({ ...FACTS, mat: jpeg, pixelFormat: "mjpg" });
  assert.equal(decoded.channels, 3);
  assert.ok(decoded.cols > 32);
});

Deno.test("FramePixels.of() decodes each frame once, and a damaged one not at all", async () => {
  await using pixels = new FramePixels();
  const whole = await numberedJpeg(7);
  using mat = row(whole);
  const frame = { ...FACTS, mat, pixelFormat: "mjpg" } as const;
  await pixels.of(frame);
  // Were it decoded once more, that would fail.
  using damaged = row(whole.subarray(0, whole.length / 2));
  const data = new Uint8Array(whole.length);
  data.set(damaged.getData());
  mat.setData(data);
  await pixels.of(frame);
  const other = { ...FACTS, mat: damaged, pixelFormat: "mjpg" } as const;
  await assert.rejects(pixels.of(other), captureVideoError("damaged-jpeg", /^Cannot decode/));
  await assert.rejects(pixels.of(frame), captureVideoError("damaged-jpeg", /^Cannot decode/));
});
