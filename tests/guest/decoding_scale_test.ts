import assert from "node:assert/strict";
import "../support/bridge.ts";
import { decodingScale } from "../../lib/guest/decoding_scale.ts";
import { testJpeg } from "../opencv/pictures.ts";

Deno.test("decodingScale() decodes no more of a JPEG than fills its room", async () => {
  const jpeg = await testJpeg(240, 320);
  const cases = [
    [undefined, 1],
    [{ width: 320, height: 240 }, 1],
    [{ width: 161, height: 161 }, 1],
    [{ width: 160, height: 120 }, 2],
    [{ width: 80, height: 60 }, 4],
    [{ width: 41, height: 31 }, 4],
    [{ width: 1, height: 1 }, 8],
  ] as const;
  for (const [room, scale] of cases) assert.equal(decodingScale(jpeg, room), scale);
});

Deno.test("decodingScale() leaves room for a picture that is turned upright, and for none", async () => {
  const jpeg = await testJpeg(240, 320);
  // Turned, it is 240x320, and fills more of a room that is high.
  assert.equal(decodingScale(jpeg, { width: 120, height: 200 }), 2);
  assert.equal(decodingScale(jpeg, { width: 121, height: 200 }), 1);
  assert.equal(decodingScale(jpeg.subarray(0, 4), { width: 100, height: 100 }), 1);
});
