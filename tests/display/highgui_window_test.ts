import assert from "node:assert/strict";
import { moduleUrl, startScript } from "../support/script.ts";
import { closeWindow, pressKey, startXvfb } from "../support/xvfb.ts";

Deno.test("HighguiWindow tells keys and its end, and fills the screen", async () => {
  await using xvfb = await startXvfb();
  const process = await startScript(
    `import { Mat } from "${moduleUrl("lib/opencv/mod.ts")}";
    import { HighguiWindow } from "${moduleUrl("lib/display/highgui_window.ts")}";
    using window = new HighguiWindow("image");
    using picture = new Mat(200, 300);
    for (let last; last !== "closed";) {
      window.show(picture);
      const event = window.nextEvent();
      if (event) console.log(last = event.key ?? event);
      if (event?.key === "f") window.toggleFullscreen();
    }
    window.show(picture);
    console.log("over");`,
    {
      env: { DISPLAY: xvfb.display, LC_ALL: "C.UTF-8", QT_LOGGING_RULES: "*.warning=false" },
      permissions: ["--allow-ffi=lib/opencv/.build"],
    },
  );
  const stderr = new Response(process.stderr).text();
  const stdout = new Response(process.stdout).text();
  for (const key of ["f", "f", "Escape", "q"]) await pressKey(xvfb.display, "image", key);
  await closeWindow(xvfb.display, "image");
  assert.equal(await stdout, "f\nf\nEscape\nq\nclosed\nover\n");
  assert.equal(await stderr, "");
  assert.equal((await process.status).code, 0);
});
