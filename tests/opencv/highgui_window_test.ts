/** The windows of systems without X11, built for this one. */

import assert from "node:assert/strict";
import { until } from "../support/until.ts";
import {
  closeWindow,
  pressKey,
  run,
  screenshot,
  startXvfb,
  waitForWindow,
} from "../support/xvfb.ts";
import { BridgeCopy } from "./bridge_copy.ts";

const BUILT = new URL("../../lib/opencv/.build/", import.meta.url).pathname;

/** Compiles what is other here than in this project's own bridge, and takes the rest from that. */
const ONLY_WINDOWS = `#!/bin/sh
for path; do :; done
case $path in
  *core.so*) cp "${BUILT}libcapturevideo_core.so" "$path" ;;
  *capture.so*) cp "${BUILT}libcapturevideo_capture.so" "$path" ;;
  *) exec g++ "$@" ;;
esac
`;

Deno.test("NativeWindow by OpenCV's toolkit shows pictures, and tells keys, clicks and its end", async () => {
  await using copy = await BridgeCopy.make();
  await copy.replaceCompiler(ONLY_WINDOWS);
  const built = await copy.build(`{ instead: { windows: "highgui" } }`);
  assert.match(built.stdout, /"windows":"highgui"/, built.stdout + built.stderr);
  await using xvfb = await startXvfb();
  const running = copy.run(
    `import { checkDisplay, Mat, NativeWindow } from "${copy.url("lib/opencv/mod.ts")}";
    checkDisplay();
    using window = new NativeWindow("image");
    using picture = new Mat(200, 300);
    picture.setTo([0, 128, 255]);
    for (let last; last !== "closed";) {
      window.show(picture);
      const event = window.nextEvent();
      if (event) console.log(last = event.key ?? (event.click ? JSON.stringify(event) : event));
      if (event?.key === "f") window.toggleFullscreen();
    }
    window.show(picture);
    using empty = new Mat();
    using other = new NativeWindow("other");
    try { other.show(empty); } catch (error) { console.log(error.code, error.message); }`,
    // The title that is looked for is one that Qt writes in the locale's encoding.
    { DISPLAY: xvfb.display, LC_ALL: "C.UTF-8", QT_LOGGING_RULES: "*.warning=false" },
  );
  const orangePixels = async () => {
    const { rgb } = await screenshot(xvfb.display);
    let orange = 0;
    for (let at = 0; at < rgb.length; at += 3) {
      if (rgb[at] === 255 && rgb[at + 1] === 128 && rgb[at + 2] === 0) orange++;
    }
    return orange;
  };
  await until("the picture in its window", async () => await orangePixels() > 0.9 * 300 * 200);
  // Qt fills the screen only where a window manager is there to do it; here it must not fail.
  for (const key of ["f", "f", "Escape", "q"]) await pressKey(xvfb.display, "image", key);
  const window = await waitForWindow(xvfb.display, "image");
  await run(xvfb.display, "xdotool", ["mousemove", "--window", window, "150", "100", "click", "1"]);
  await closeWindow(xvfb.display, "image");
  const { code, stdout, stderr } = await running;
  assert.equal(stderr, "");
  assert.equal(code, 0);
  assert.match(
    stdout,
    /^f\nf\nEscape\nq\n\{"click":\{"x":1\d\d,"y":\d+\}\}\nclosed\nopencv Cannot show the picture: .*Assertion failed.*\n$/,
  );
});
