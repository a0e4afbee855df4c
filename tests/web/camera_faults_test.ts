/** What goes wrong on the page of a browser's camera, and beside it. */

/// <reference lib="dom" />

import assert from "node:assert/strict";
import { Browser, browserTest as test } from "../support/browser.ts";
import { Program } from "../support/programs.ts";
import { until } from "../support/until.ts";
import { FAKE_CAMERA, linksOf, says } from "./camera_in_browser.ts";
import { NoWebSockets } from "./proxy.ts";

const HOST = ["--source=browser", "--web=0", "--port=0", "--linger=0"];

/** Has the first pictures fail, as all do in a browser that makes no JPEGs. */
const FAILS_AT_FIRST = `
  const { convertToBlob } = OffscreenCanvas.prototype;
  let left = 60;
  OffscreenCanvas.prototype.convertToBlob = async function (options) {
    if (left-- > 0) throw new DOMException("none today", "EncodingError");
    return await convertToBlob.call(this, options);
  };
`;

test("a browser that makes no picture says so, here and there, until it makes one", async () => {
  await using host = Program.start("host", HOST);
  const { viewer } = await linksOf(host);
  await using proxy = new NoWebSockets(viewer, { before: { "/camera_worker.js": FAILS_AT_FIRST } });
  await using _guest = Program.start("guest", [await host.address(), "--no-window"]);
  await using browser = await Browser.start(FAKE_CAMERA);
  const page = await browser.open(`${proxy.url}camera`);
  await says(page, "No pictures: this browser makes no JPEGs (none today).");
  await host.line(/camera lost: .*: this browser makes no JPEGs \(none today\)$/);
  await says(page, "Sending.");
  await host.line(/camera live$/);
});

/** Takes the pictures from the preview, and holds up those that are taken while `isHeld`. */
const FROM_THE_PREVIEW = `
  delete globalThis.MediaStreamTrackProcessor;
  const make = createImageBitmap;
  globalThis.createImageBitmap = async (preview) => {
    const picture = await make(preview);
    if (globalThis.isHeld) await new Promise((resolve) => globalThis.release = resolve);
    return picture;
  };
  const post = Worker.prototype.postMessage;
  globalThis.posted = [];
  Worker.prototype.postMessage = function (message, ...rest) {
    globalThis.posted.push(message.type);
    return post.call(this, message, ...rest);
  };
`;

test("a page that was replaced sends no picture that comes late, and leaves the camera alone", async () => {
  await using host = Program.start("host", HOST);
  const { camera } = await linksOf(host);
  await using _guest = Program.start("guest", [await host.address(), "--no-window"]);
  await using browser = await Browser.start(FAKE_CAMERA);
  const page = await browser.open("about:blank");
  await page.call("Page.addScriptToEvaluateOnNewDocument", { source: FROM_THE_PREVIEW });
  await page.go(camera);
  await says(page, "Sending.");
  await page.evaluate("isHeld = true");
  await until("a picture that is held up", () => page.evaluate("'release' in globalThis"));

  const other = await browser.open(`${camera}?takeover`);
  await says(page, "Another page has taken over.");
  await says(other, "Sending.");
  const isPosted = await page.evaluate(
    "posted.length = 0; release(); " +
      "new Promise((resolve) => setTimeout(() => resolve(posted.includes('frame'))))",
  );
  assert.equal(isPosted, false);
  const isAsked = await page.run(() => {
    let isAsked = false;
    navigator.mediaDevices.getUserMedia = () => {
      isAsked = true;
      return Promise.reject(new Error("not its turn"));
    };
    document.getElementById("choice")!.dispatchEvent(new Event("change"));
    return isAsked;
  });
  assert.equal(isAsked, false);
});
