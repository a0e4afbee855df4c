import assert from "node:assert/strict";
import fc from "fast-check";
import { fourcc, fourccName } from "../../lib/opencv/constants.ts";

Deno.test("fourcc() makes the number that OpenCV has, and fourccName() reads it", () => {
  assert.equal(fourcc("MJPG"), 1196444237);
  assert.equal(fourccName(1196444237), "MJPG");
  assert.equal(fourccName(fourcc("Y16 ")), "Y16");
  assert.equal(fourccName(0), "");
});

Deno.test("fourccName() undoes fourcc() for any four characters", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[!-ÿ]{4}$/), (name) => {
      assert.equal(fourccName(fourcc(name)), name.trimEnd());
    }),
  );
});

Deno.test("fourcc() takes four characters of one byte, no others", () => {
  for (const name of ["", "MJP", "MJPEG", "漢JPG"]) {
    assert.throws(() => fourcc(name), {
      name: "RangeError",
      message: `Cannot make a pixel format of "${name}": it is not four characters`,
    });
  }
});
