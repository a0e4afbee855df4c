/**
 * What is asked of the programs, and of their pages, wherever their binaries run.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { Browser } from "../support/browser.ts";
import type { Program } from "../support/programs.ts";
import { linksOf } from "../web/camera_in_browser.ts";
import { drawnWithin, live, numbersOnCanvas } from "../web/page_in_browser.ts";

export const SIZE = { width: 640, height: 360 };
export const PATTERN = ["--source=test", `--width=${SIZE.width}`, `--height=${SIZE.height}`];
export const HOST = [...PATTERN, "--port=0", "--no-preview"];
export const WEB = ["--web=0", "--no-browser"];
export const BROWSER_HOST = ["--source=browser", "--web=0", "--port=0"];

/** Ends a program as Ctrl-C does; it must end well, and complain of nothing. */
export async function endsWell(program: Program, how: "by itself" | "SIGINT" = "by itself") {
  if (how === "SIGINT") program.signal(how);
  const { code, words } = await program.ending();
  assert.equal(code, 0, words.join("\n"));
  assert.ok(words.every((line) => !/warning|bug/.test(line)), words.join("\n"));
}

/** The page of a program shows the test pattern, moving. */
export async function showsPattern(browser: Browser, program: Program): Promise<void> {
  const { text } = await program.line(/in a browser: /);
  const page = await browser.open(/\S+$/.exec(text)![0]);
  await live(page);
  const numbers = await numbersOnCanvas(page, 1000);
  assert.ok(numbers.length > 1, `the picture stands still: ${numbers}`);
  assert.deepEqual(page.complaints, []);
}

/** A host whose camera is a browser's shows that in a browser. */
export async function showsCamera(browser: Browser, host: Program): Promise<void> {
  const { camera, viewer } = await linksOf(host);
  const [sender, page] = await Promise.all([browser.open(camera), browser.open(viewer)]);
  await live(page);
  assert.ok((await drawnWithin(page, 1000)).length > 1);
  assert.deepEqual([...sender.complaints, ...page.complaints], []);
  await endsWell(host, "SIGINT");
}
