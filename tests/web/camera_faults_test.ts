/** What goes wrong on the page of a browser's camera, and beside it. */

/// <reference lib="dom" />

import { Browser, browserTest as test } from "../support/browser.ts";
import { Program } from "../support/programs.ts";
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
