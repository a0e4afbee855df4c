/** Several cameras of one host in a browser: chosen on the page, and lent by one. */

/// <reference lib="dom" />

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { Browser, browserTest as test, type Page } from "../support/browser.ts";
import { temporaryFolder } from "../support/folder.ts";
import { Program } from "../support/programs.ts";
import { until } from "../support/until.ts";
import { live } from "./page_in_browser.ts";

/** Waits until the page shows pictures of this size. */
async function shows(page: Page, size: string): Promise<void> {
  await page.until(
    size,
    (size: string) => document.getElementById("size")?.textContent === size,
    size,
  );
  await live(page);
}

function choose(page: Page, camera: string): Promise<void> {
  return page.run((camera: string) => {
    const choice = document.getElementById("camera") as HTMLSelectElement;
    choice.value = camera;
    choice.dispatchEvent(new Event("change"));
  }, camera);
}

test("the page shows the camera that is chosen, one of which is another browser's", async () => {
  await using folder = await temporaryFolder();
  const cameras = {
    desk: { source: "test", width: 640, height: 480 },
    door: { source: "test", width: 320, height: 240 },
    phone: { source: "browser", width: 640, height: 360 },
  };
  await Deno.writeTextFile(`${folder.path}/capturevideo.json`, JSON.stringify({ cameras }));
  await using host = Program.start("host", ["--web=0", "--port=0", "--no-preview"], {
    directory: folder.path,
  });
  const { text } = await host.line(/its camera: /);
  const lending = /\S+$/.exec(text)![0];
  const viewing = lending.replace(/camera$/, "");
  await using browser = await Browser.start({
    flags: ["--use-fake-device-for-media-stream=fps=30", "--use-fake-ui-for-media-stream"],
  });

  const page = await browser.open(viewing);
  await shows(page, "640 × 480");
  const names = await page.run(() => {
    const { hidden } = document.getElementById("cameras")!;
    const { options } = document.getElementById("camera") as HTMLSelectElement;
    return hidden ? [] : Array.from(options, ({ text }) => text);
  });
  assert.deepEqual(names, ["desk", "door", "phone"]);
  await choose(page, "door");
  await shows(page, "320 × 240");
  const path = await page.run(() => location.search);
  assert.equal(path, "?camera=door");
  // What is in the address is there again when the page is.
  await page.go(`${viewing}?camera=door`);
  await shows(page, "320 × 240");
  // The figures are those of the last second or two.
  await until("the viewer in the state", async () => {
    const { result } = await (await fetch(`${viewing}state?camera=door`)).json();
    return result.camera === "door" && result.stream.clients === 1;
  }, { everyMs: 200 });

  // Who lends a camera names it as who watches does; without an upgrade nothing is opened.
  const statuses = ["phone", "PHONE", "2", "desk", "nobody"].map(async (camera) => {
    const answer = await fetch(`${lending}/connection?camera=${camera}`);
    await answer.body?.cancel();
    return answer.status;
  });
  assert.deepEqual(await Promise.all(statuses), [426, 426, 426, 404, 404]);

  const sender = await browser.open(lending);
  await page.show();
  await choose(page, "phone");
  await shows(page, "640 × 360");
  await sender.close();
  await page.until(
    "the loss",
    () => /its page was closed/.test(document.getElementById("state")?.textContent ?? ""),
  );
  await choose(page, "desk");
  await shows(page, "640 × 480");
  assert.deepEqual(page.complaints, []);
});
