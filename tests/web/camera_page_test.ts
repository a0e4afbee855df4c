/** A browser's camera as the host's source, on a computer without OpenCV. */

/// <reference lib="dom" />

import assert from "node:assert/strict";
import { Browser, browserTest as test } from "../support/browser.ts";
import { temporaryFolder } from "../support/folder.ts";
import { ProjectCopy } from "../support/project_copy.ts";
import { Program } from "../support/programs.ts";
import { Screen } from "../support/screen.ts";
import { until } from "../support/until.ts";
import { FAKE_CAMERA, linksOf, says } from "./camera_in_browser.ts";
import { drawnWithin, live } from "./page_in_browser.ts";
import { NoWebSockets } from "./proxy.ts";

const HOST = ["--source=browser", "--web=0", "--port=0", "--linger=0"];

/** Waits until what the host has said last of its camera is that it is live. */
async function liveAgain(host: Program): Promise<void> {
  await until("a live camera", () => {
    return host.words.findLast((words) => /camera (live|lost|starting)/.test(words))
      ?.endsWith("camera live");
  });
}

test("a browser's camera reaches guests and browsers from a host without OpenCV", async () => {
  await using project = await ProjectCopy.make();
  await using host = project.start("host", HOST);
  const { camera, viewer } = await linksOf(host);
  await using browser = await Browser.start(FAKE_CAMERA);
  const sender = await browser.open(camera);
  await says(sender, "Nobody watches just now.");

  await using screen = await Screen.start({ width: 1280, height: 720 });
  await using guest = Program.start("guest", [await host.address(), "--stats=json"], {
    env: screen.env,
  });
  const shown = await guest.guestReport(({ state, shownFps }) => state === "live" && shownFps > 5);
  const page = await browser.open(viewer);
  await live(page);
  const drawn = await drawnWithin(page, 3000);
  const ages = drawn.map(({ ageMs }) => ageMs!).sort((a, b) => a - b);
  const { received } = guest.guestStats.at(-1)!;
  const later = await guest.guestReport((stats) => stats.received > received + 30);
  // Chromium's own camera gives 30 pictures a second, and draws each of them by program.
  console.log(
    `      guest's window: ${
      later.shownFps.toFixed(1)
    } pictures a second, ${later.ageMsP50} ms old; ` +
      `browser: ${(drawn.length / 3).toFixed(1)}, ${ages[ages.length >> 1]?.toFixed(1)} ms old, ` +
      `at most ${ages.at(-1)?.toFixed(1)}`,
  );
  assert.ok(shown.ageMsP50 !== null);
  assert.ok(drawn.length > 0);
  assert.ok(ages.every((ageMs) => ageMs >= -20));
  assert.equal(drawn[0]!.width, 1280);
  assert.deepEqual([...sender.complaints, ...page.complaints], []);
});

test("a page that goes, is out of luck or is replaced is a lost camera, with the reason, until it is back", async () => {
  await using host = Program.start("host", HOST);
  const { camera } = await linksOf(host);
  await using _guest = Program.start("guest", [await host.address(), "--no-window"]);
  await host.line(/camera lost: .*: no page sends yet; open the link for it$/);
  await using browser = await Browser.start(FAKE_CAMERA);
  const first = await browser.open(camera);
  await host.line(/camera live$/);

  const second = await browser.open(camera);
  await says(second, "Another page sends its camera's picture.");
  await second.go(`${camera}?takeover`);
  await says(first, "Another page has taken over.");
  await says(second, "Sending.");
  // Whoever does not send has switched its camera off.
  assert.equal(
    await first.run(() => (document.getElementById("preview") as HTMLVideoElement).srcObject),
    null,
  );

  // Whoever presses the button has the camera back.
  await first.run(() => document.getElementById("takeover")!.click());
  await says(first, "Sending.");
  await says(second, "Another page has taken over.");
  await second.close();

  await first.run(() => {
    const { srcObject } = document.getElementById("preview") as HTMLVideoElement;
    const [track] = (srcObject as MediaStream).getVideoTracks();
    track!.stop();
    track!.dispatchEvent(new Event("ended"));
  });
  await host.line(/camera lost: .*: the camera was taken away$/);
  await says(first, "Sending.");
  await liveAgain(host);

  await first.close();
  await host.line(/camera lost: .*: its page was closed, or has lost the connection$/);
  const third = await browser.open(camera);
  await says(third, "Sending.");
  await liveAgain(host);
});

test("a page that is out of sight, or whose network changes, says so, and is back by itself", async () => {
  await using host = Program.start("host", HOST);
  const { camera } = await linksOf(host);
  await using guest = Program.start("guest", [await host.address(), "--no-window", "--stats=json"]);
  await using browser = await Browser.start(FAKE_CAMERA);
  const page = await browser.open(camera);
  await host.line(/camera live$/);
  assert.equal(
    await page.run(() => document.getElementById("preview")!.dataset["over"]),
    "websocket",
  );
  // Chromium keeps the device awake for a page that is seen; it tells the page when it does not.
  const isAwake = () =>
    page.run(async () => {
      const lock = await navigator.wakeLock.request("screen");
      return !lock.released;
    });
  assert.ok(await isAwake());

  // A device that is locked mutes its camera, and hides the page.
  await page.hide();
  await page.run(() => {
    const { srcObject } = document.getElementById("preview") as HTMLVideoElement;
    const [track] = (srcObject as MediaStream).getVideoTracks();
    track!.dispatchEvent(new Event("mute"));
    track!.enabled = false;
  });
  await host.line(/camera lost: .*: the page is out of sight, or the device is locked; bring/);
  await page.show();
  await page.run(() => {
    const { srcObject } = document.getElementById("preview") as HTMLVideoElement;
    const [track] = (srcObject as MediaStream).getVideoTracks();
    track!.enabled = true;
    track!.dispatchEvent(new Event("unmute"));
  });
  await liveAgain(host);

  // Another network: what was open is dead, and a new connection takes the place of the old one.
  const offline = { offline: true, latency: 0, downloadThroughput: -1, uploadThroughput: -1 };
  await page.call("Network.emulateNetworkConditions", offline);
  await page.until("the browser offline", () => !navigator.onLine);
  await page.call("Network.emulateNetworkConditions", { ...offline, offline: false });
  const before = guest.guestStats.at(-1)!.received;
  await guest.guestReport(({ state, received }) => state === "live" && received > before + 30);
  await liveAgain(host);
});

test("a page's pictures go by requests where no WebSocket opens", async () => {
  await using host = Program.start("host", HOST);
  const { viewer } = await linksOf(host);
  await using proxy = new NoWebSockets(viewer);
  await using guest = Program.start("guest", [await host.address(), "--no-window", "--stats=json"]);
  await using browser = await Browser.start(FAKE_CAMERA);
  const page = await browser.open(`${proxy.url}camera`);
  await says(page, "Sending.");
  assert.equal(
    await page.run(() => document.getElementById("preview")!.dataset["over"]),
    "requests",
  );
  const { ageMsP50 } = await guest.guestReport(({ state, received }) =>
    state === "live" && received > 30
  );
  console.log(`      ${ageMsP50} ms old at the guest`);
  await page.close();
  await host.line(/camera lost: .*: its page was closed, or has lost the connection$/);
});

test("a browser that may not use the camera says so, here and there", async () => {
  await using host = Program.start("host", HOST);
  const { camera } = await linksOf(host);
  await using _guest = Program.start("guest", [await host.address(), "--no-window"]);
  await using browser = await Browser.start({ flags: ["--deny-permission-prompts"] });
  const page = await browser.open(camera);
  const line = /: (the browser may not use the camera; allow .*|there is no such camera in .*)$/;
  await host.line(line);
  await says(page, "amera");
  assert.equal(await page.run(() => document.getElementById("again")!.hidden), false);
});

test("a camera that is used elsewhere is asked for again, and the reason said until then", async () => {
  await using host = Program.start("host", HOST);
  const { camera } = await linksOf(host);
  await using _guest = Program.start("guest", [await host.address(), "--no-window"]);
  await using browser = await Browser.start(FAKE_CAMERA);
  const page = await browser.open("about:blank");
  // What a browser says of a camera that another program has; the one made up is never busy.
  await page.call("Page.addScriptToEvaluateOnNewDocument", {
    source: "const { mediaDevices } = navigator; " +
      "const get = mediaDevices.getUserMedia.bind(mediaDevices); let isBusy = true; " +
      "globalThis.free = () => isBusy = false; mediaDevices.getUserMedia = async (wanted) => { " +
      "if (isBusy) throw new DOMException('in use', 'NotReadableError'); return await get(wanted) }",
  });
  await page.go(camera);
  await host.line(/camera lost: .*: the camera is used by another program, or does not start$/);
  await says(page, "The camera is used by another program");
  await page.evaluate("free()");
  await says(page, "Sending.");
  await liveAgain(host);
});

test("a private host has a browser's camera by the key in the link, and no other", async () => {
  await using folder = await temporaryFolder();
  const env = { XDG_CONFIG_HOME: folder.path };
  await using host = Program.start("host", [...HOST, "--share", "--no-announce"], { env });
  const { camera } = await linksOf(host);
  const [address, key] = camera.split("#");
  assert.match(address!, /^https:/);
  assert.match(key!, /^[\w-]{16,}$/);
  const flags = [...FAKE_CAMERA.flags, "--ignore-certificate-errors"];
  await using browser = await Browser.start({ flags });
  const page = await browser.open(address!);
  const isAsked = () => (document.getElementById("ask") as HTMLDialogElement).open;
  await page.until("the question for the key", isAsked);
  await page.run(() => {
    const field = document.getElementById("key") as HTMLInputElement;
    field.value = "WRNG-WRNG-WRNG-WRNG";
    (document.getElementById("ask-form") as HTMLFormElement).requestSubmit();
  });
  await page.until(
    "the fault",
    () => document.getElementById("ask-fault")!.textContent === "That is not this host's key.",
  );

  await page.go("about:blank");
  await page.go(camera);
  await says(page, "Nobody watches just now.");
  assert.equal(await page.run(() => location.hash), "");
  assert.equal(await page.run(isAsked), false);

  // With another key the page is one of strangers.
  const renewed = await Program.run("host", ["--new-key"], { env });
  assert.equal(renewed.code, 0);
  await page.until("the question for the key", isAsked);
});

test("a page that gets no camera over plain HTTP says so, here and there", async () => {
  await using host = Program.start("host", [...HOST, "--share", "--open", "--no-announce"]);
  const { camera } = await linksOf(host);
  await using _guest = Program.start("guest", [await host.address(), "--no-window"]);
  await using browser = await Browser.start(FAKE_CAMERA);
  const page = await browser.open(camera);
  await says(page, "Browsers give a camera to HTTPS pages and to this computer's own alone.");
  await host.line(/: browsers give a camera to HTTPS pages/);
});
