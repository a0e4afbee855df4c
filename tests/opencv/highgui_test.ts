import assert from "node:assert/strict";
import {
  closeWindow,
  pressKey,
  type Screenshot,
  screenshot,
  startXvfb,
  waitForWindow,
} from "../support/xvfb.ts";
import { moduleUrl, runScript, startScript } from "../support/script.ts";

// The windows live in processes of their own: the toolkit wants the main thread, and is never
// unloaded.
const OPENCV = moduleUrl("lib/opencv/mod.ts");
const PERMISSIONS = ["--allow-ffi=lib/opencv/.build"];

/** A process with a window. */
interface WindowProcess {
  /** Waits for its end, which must be a good one without a word on stderr; returns its lines. */
  end(): Promise<string[]>;
}

/** A process that shows an orange picture in a window named `image`, and then goes on as `code`. */
async function startWindow(display: string, code: string): Promise<WindowProcess> {
  const process = await startScript(
    `import * as cv from "${OPENCV}";
    using picture = new cv.Mat(200, 300);
    picture.setTo([0, 128, 255]);
    cv.imshow("image", picture);
    cv.waitKey(1);
    console.log("shown");
    const visible = () => cv.getWindowProperty("image", cv.WND_PROP_VISIBLE) >= 1;
    ${code}`,
    {
      // The title that xdotool looks for (WM_NAME) is one that Qt writes in the locale's encoding.
      env: { DISPLAY: display, LC_ALL: "C.UTF-8", QT_LOGGING_RULES: "*.warning=false" },
      permissions: PERMISSIONS,
    },
  );
  const output = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const readOn = async () => {
    const { value, done } = await output.read();
    text += value ?? "";
    return !done;
  };
  while (!text.includes("\n") && await readOn());
  return {
    async end() {
      while (await readOn());
      assert.equal(await new Response(process.stderr).text(), "");
      assert.equal((await process.status).code, 0);
      const [first, ...rest] = text.trimEnd().split("\n");
      assert.equal(first, "shown");
      return rest;
    },
  };
}

/** Whether a whole orange picture, and not only orange, is to be seen. */
function showsOrange({ width, height, rgb }: Screenshot): boolean {
  let orange = 0;
  for (let at = 0; at < rgb.length; at += 3) {
    if (rgb[at] === 255 && rgb[at + 1] === 128 && rgb[at + 2] === 0) orange++;
  }
  return orange >= 300 * 200 * 0.95 && orange < width * height;
}

Deno.test("imshow() shows the picture, and waitKey() tells which key was pressed", async () => {
  await using xvfb = await startXvfb();
  const program = await startWindow(
    xvfb.display,
    `for (let key; (key = cv.waitKey(20)) !== 113;) if (key !== -1) console.log(key);
    cv.destroyWindow("image");`,
  );
  for (const key of ["a", "Escape", "space", "q"]) await pressKey(xvfb.display, "image", key);
  assert.deepEqual(await program.end(), ["97", "27", "32"]);
});

Deno.test("imshow() puts exactly its pixels on the display", async () => {
  await using xvfb = await startXvfb();
  const program = await startWindow(xvfb.display, `while (cv.waitKey(1) !== 113);`);
  await waitForWindow(xvfb.display, "image");
  const deadline = performance.now() + 20_000; // the display draws when it gets round to it
  while (!showsOrange(await screenshot(xvfb.display))) {
    assert.ok(performance.now() < deadline, "the picture never came");
  }
  await pressKey(xvfb.display, "image", "q");
  await program.end();
});

Deno.test("getWindowProperty() tells that the user closed the window", async () => {
  await using xvfb = await startXvfb();
  const program = await startWindow(
    xvfb.display,
    `while (visible()) cv.waitKey(20);
    console.log("closed");`,
  );
  await closeWindow(xvfb.display, "image");
  assert.deepEqual(await program.end(), ["closed"]);
});

Deno.test("setWindowProperty() changes a window, and destroyWindow() closes one", async () => {
  await using xvfb = await startXvfb();
  const program = await startWindow(
    xvfb.display,
    `cv.namedWindow("free", cv.WINDOW_NORMAL | cv.WINDOW_GUI_NORMAL);
    cv.imshow("free", picture);
    const full = () => cv.getWindowProperty("free", cv.WND_PROP_FULLSCREEN);
    console.log(full());
    cv.setWindowProperty("free", cv.WND_PROP_FULLSCREEN, cv.WINDOW_FULLSCREEN);
    console.log(full());
    cv.setWindowProperty("free", cv.WND_PROP_FULLSCREEN, cv.WINDOW_NORMAL);
    console.log(full());
    while (cv.waitKey(20) !== 113);
    cv.destroyWindow("free");
    console.log(cv.getWindowProperty("free", cv.WND_PROP_VISIBLE), visible());`,
  );
  await pressKey(xvfb.display, "free", "q");
  assert.deepEqual(await program.end(), ["0", "1", "0", "0 true"]);
});

Deno.test("imshow() takes no empty Mat, and says so in OpenCV's words", async () => {
  await using xvfb = await startXvfb();
  const program = await startWindow(
    xvfb.display,
    `using empty = new cv.Mat();
    try { cv.imshow("image", empty); } catch (error) { console.log(error.code, error.message); }`,
  );
  const [message] = await program.end();
  assert.match(message!, /^opencv Cannot show a picture in window image: .*Assertion failed/);
});

Deno.test("the windows' library is not loaded before the first window call", async () => {
  const { stdout } = await runScript(
    `import { monotonicMicros } from "${OPENCV}";
    monotonicMicros();
    const maps = Deno.readTextFileSync("/proc/self/maps");
    console.log(maps.includes("capturevideo_opencv"), maps.includes("capturevideo_window"));
    console.log(/libQt|libgtk/.test(maps));`,
    { permissions: ["--allow-all"] }, // less does not open /proc/self
  );
  assert.equal(stdout, "true false\nfalse\n");
});
