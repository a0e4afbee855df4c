/**
 * A browser whose camera is a host's source.
 *
 * @module
 */

/// <reference lib="dom" />

import type { Page } from "../support/browser.ts";
import type { Program } from "../support/programs.ts";

/** A camera that shows a clock, and a user who allows everything. */
export const FAKE_CAMERA = {
  flags: ["--use-fake-device-for-media-stream=fps=30", "--use-fake-ui-for-media-stream"],
};

/** Where a host says its pages are. */
export async function linksOf(host: Program): Promise<{ viewer: string; camera: string }> {
  const { text } = await host.line(/its camera: /);
  const camera = /\S+$/.exec(text)![0];
  return { camera, viewer: camera.replace("camera", "") };
}

/** Waits until the page says so. */
export async function says(page: Page, words: string): Promise<void> {
  await page.until(
    words,
    (words: string) => document.getElementById("state")?.textContent?.includes(words),
    words,
  );
}
