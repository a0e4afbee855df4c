import assert from "node:assert/strict";
import { moduleUrl, runScript, startScript } from "../support/script.ts";
import { until } from "../support/until.ts";
import {
  closeWindow,
  countPixels,
  pressKey,
  run,
  screenshot,
  startXvfb,
  waitForWindow,
} from "../support/xvfb.ts";

// The windows live in processes of their own, which a display that goes away may end.
const OPENCV = moduleUrl("lib/opencv/mod.ts");
const PERMISSIONS = ["--allow-ffi=lib/opencv/.build"];

/**
 * A process with a window that shows `picture` again and again, as a slow display leaves some out,
 * and prints what the user does there, until `q` or the window's end.
 */
async function startWindow(display: string, code = "") {
  const process = await startScript(
    `import { Mat, NativeWindow } from "${OPENCV}";
    using window = new NativeWindow("image");
    using orange = new Mat(200, 300);
    orange.setTo([0, 128, 255]);
    let picture = orange;
    window.show(picture);
    ${code}
    let last;
    while (last !== "q" && last !== "closed") {
      const event = window.nextEvent();
      if (event) console.log(last = event.key ?? event);
      else await new Promise((resolve) => setTimeout(resolve, 5));
      window.show(picture);
    }`,
    { env: { DISPLAY: display }, permissions: PERMISSIONS },
  );
  return {
    async end() {
      const [stdout, stderr] = await Promise.all([
        new Response(process.stdout).text(),
        new Response(process.stderr).text(),
      ]);
      assert.equal(stderr, "");
      assert.equal((await process.status).code, 0);
      return stdout.trimEnd().split("\n");
    },
  };
}

Deno.test("NativeWindow.nextEvent() tells the keys that were pressed, and that the window was closed", async () => {
  await using xvfb = await startXvfb();
  const first = await startWindow(xvfb.display);
  for (const key of ["a", "Escape", "space", "F", "ctrl+q", "7", "KP_Left", "Tab", "q"]) {
    await pressKey(xvfb.display, "image", key);
  }
  assert.deepEqual(await first.end(), ["a", "Escape", " ", "f", "7", "Left", "q"]);
  const second = await startWindow(xvfb.display);
  await closeWindow(xvfb.display, "image");
  assert.deepEqual(await second.end(), ["closed"]);
});

Deno.test("NativeWindow.show() puts exactly its pixels on the display", async () => {
  await using xvfb = await startXvfb();
  const program = await startWindow(xvfb.display);
  await until("300x200 orange pixels", async () => {
    return countPixels(await screenshot(xvfb.display), [255, 128, 0]) === 300 * 200;
  });
  await pressKey(xvfb.display, "image", "q");
  await program.end();
});

Deno.test("NativeWindow.show() shows grey pictures, and says what it does not show", async () => {
  await using xvfb = await startXvfb();
  const program = await startWindow(
    xvfb.display,
    `using grey = new Mat(20, 30, 0);
    grey.setTo([90, 90, 90]);
    picture = grey;
    using empty = new Mat();
    try { window.show(empty); } catch (error) { console.log(error.code, error.message); }`,
  );
  await until("300x200 grey pixels", async () => {
    return countPixels(await screenshot(xvfb.display), [90, 90, 90]) === 300 * 200;
  });
  await pressKey(xvfb.display, "image", "q");
  assert.deepEqual(await program.end(), [
    "opencv Cannot show the picture: it is no picture in BGR or grey",
    "q",
  ]);
});

Deno.test("NativeWindow.showAt() shows pictures at their places, and tells where was clicked", async () => {
  await using xvfb = await startXvfb();
  // What a desktop does for a display of small pixels.
  const setting = ["-root", "-f", "RESOURCE_MANAGER", "8s", "-set", "RESOURCE_MANAGER"];
  await run(xvfb.display, "xprop", [...setting, "*customization: -color\nXft.dpi:\t192\n"]);
  const process = await startScript(
    `import { Mat, NativeWindow } from "${OPENCV}";
    using window = new NativeWindow("image");
    window.preferSize({ width: 400, height: 300 });
    console.log(JSON.stringify(window.metrics));
    using orange = new Mat(20, 30);
    orange.setTo([0, 128, 255]);
    using green = new Mat(20, 30);
    green.setTo([0, 200, 0]);
    const show = async (picture, at) => {
      while (!window.showAt(picture, at)) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    await show(orange, { x: 100, y: 50 });
    await show(green, { x: 380, y: 290 });
    await show(green, { x: 1000, y: 1000 });
    for (let event; event !== "closed" && event?.key !== "q";) {
      event = window.nextEvent();
      if (event) console.log(JSON.stringify(event));
      else await new Promise((resolve) => setTimeout(resolve, 5));
    }`,
    { env: { DISPLAY: xvfb.display }, permissions: PERMISSIONS },
  );
  await until("both pictures, as far as they are inside", async () => {
    const shot = await screenshot(xvfb.display);
    const [orange, green] = [countPixels(shot, [255, 128, 0]), countPixels(shot, [0, 200, 0])];
    return orange === 30 * 20 && green === 20 * 10;
  });
  const window = await waitForWindow(xvfb.display, "image");
  const move = ["mousemove", "--window", window, "12", "34"];
  await run(xvfb.display, "xdotool", [...move, "click", "3", "click", "1"]);
  await pressKey(xvfb.display, "image", "q");
  const [stdout, stderr] = await Promise.all([
    new Response(process.stdout).text(),
    new Response(process.stderr).text(),
  ]);
  assert.deepEqual([stderr, (await process.status).code], ["", 0]);
  assert.deepEqual(stdout.trimEnd().split("\n").map((line) => JSON.parse(line)), [
    { width: 400, height: 300, scale: 2 },
    { click: { x: 12, y: 34 } },
    { key: "q" },
  ]);
});

Deno.test("NativeWindow without a display is an error, not the end of the process", async () => {
  const code = `
    import { NativeWindow } from "${OPENCV}";
    try { new NativeWindow("image"); } catch (error) { console.log(error.code, error.message); }`;
  const advice = "; set DISPLAY, or use --no-window (guest) or --no-preview (host)\n";
  const cases: [Record<string, string>, string][] = [
    [{ DISPLAY: "" }, "there is no display (DISPLAY is not set)"],
    [{ DISPLAY: ":9999" }, "the display :9999 (DISPLAY) does not answer or refuses this user"],
    [
      { DISPLAY: "", WAYLAND_DISPLAY: "wayland-0" },
      "windows are drawn through X11 and DISPLAY is not set; on Wayland that is Xwayland",
    ],
  ];
  for (const [env, words] of cases) {
    assert.deepEqual(await runScript(code, { env, permissions: PERMISSIONS }), {
      code: 0,
      stdout: `bridge-unavailable Cannot open a window: ${words}${advice}`,
      stderr: "",
    });
  }
});

Deno.test("NativeWindow opens again and again on a display that begins anew after its last client", async () => {
  await using xvfb = await startXvfb("640x480x24", "-reset");
  const code = `
    import { checkDisplay, NativeWindow } from "${OPENCV}";
    for (let count = 0; count < 20; count++) {
      checkDisplay();
      using window = new NativeWindow("image");
    }
    console.log("20 windows");`;
  assert.deepEqual(
    await runScript(code, { env: { DISPLAY: xvfb.display }, permissions: PERMISSIONS }),
    { code: 0, stdout: "20 windows\n", stderr: "" },
  );
});

Deno.test("NativeWindow opens where the desktop in use has the number that stands for all", async () => {
  await using xvfb = await startXvfb();
  const name = "_NET_CURRENT_DESKTOP";
  await run(xvfb.display, "xprop", ["-root", "-f", name, "32c", "-set", name, "4294967295"]);
  const code = `
    import { NativeWindow } from "${OPENCV}";
    using window = new NativeWindow("image");
    console.log("open");`;
  assert.deepEqual(
    await runScript(code, { env: { DISPLAY: xvfb.display }, permissions: PERMISSIONS }),
    { code: 0, stdout: "open\n", stderr: "" },
  );
});

Deno.test("NativeWindow.show() throws display-lost when the display goes away, again and again", async () => {
  await using xvfb = await startXvfb();
  const process = await startScript(
    `import { Mat, NativeWindow } from "${OPENCV}";
    using window = new NativeWindow("image");
    using picture = new Mat(200, 300);
    console.log("open");
    for (let errors = 0; errors < 3;) {
      try { window.show(picture); } catch (error) { console.log(error.code, error.message); errors++; }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }`,
    { env: { DISPLAY: xvfb.display }, permissions: PERMISSIONS },
  );
  const output = process.stdout.pipeThrough(new TextDecoderStream());
  let text = "";
  for await (const part of output) {
    text += part;
    if (text === "open\n") xvfb.signal("SIGKILL");
  }
  const line = `display-lost Cannot show the picture: the display ${xvfb.display} went away\n`;
  assert.equal(text, "open\n" + line.repeat(3));
  assert.equal(await new Response(process.stderr).text(), "");
  assert.equal((await process.status).code, 0);
});

Deno.test("the libraries of windows and cameras are not loaded before they are used", async () => {
  const { stdout } = await runScript(
    `import { openCvVersion } from "${OPENCV}";
    openCvVersion();
    const maps = Deno.readTextFileSync("/proc/self/maps");
    const isLoaded = (name) => maps.includes("capturevideo_" + name);
    console.log(isLoaded("core"), isLoaded("window"), isLoaded("capture"));
    console.log(/libQt|libgtk|libavcodec|libgdal/.test(maps));`,
    { permissions: ["--allow-all"] }, // less does not open /proc/self
  );
  assert.equal(stdout, "true false false\nfalse\n");
});
