import assert from "node:assert/strict";
import "../support/bridge.ts";
import { BrowserCamera, type SendingPage } from "../../lib/camera/browser_camera.ts";
import { testJpeg } from "../opencv/pictures.ts";
import { captureVideoError } from "../support/errors.ts";

const WANTED = { width: 640, height: 480, fps: 25, quality: 70 };
const NOW = 100_000_000;

/** A page that notes what it hears. */
class NotingPage implements SendingPage {
  readonly heard: (boolean | "replaced")[] = [];
  want = (isWanted: boolean) => void this.heard.push(isWanted);
  replaced = () => void this.heard.push("replaced");
}

const jpeg = await testJpeg(24, 32);
const quiet = () => {};

Deno.test("BrowserCamera.open() waits for a page's first picture, and says meanwhile why there is none", async () => {
  const camera = new BrowserCamera(WANTED, () => NOW);
  const lines: string[] = [];
  const opening = camera.open((line) => lines.push(line));
  const page = new NotingPage();
  const seat = camera.admit(page);
  seat.trouble("it is dark");
  seat.offer(Uint8Array.of(1, 2, 3), NOW - 10);
  seat.offer(jpeg, NOW - 5);
  const source = await opening;
  assert.deepEqual(lines.map((line) => line.split(": ")[1]), [
    "no page sends yet; open the link for it",
    "the page has yet to send its first picture",
    "it is dark",
  ]);
  const { width, height, fps, format } = source.info;
  assert.deepEqual([width, height, fps, format], [32, 24, 25, "mjpg"]);
  assert.deepEqual(await source.readJpeg!(), { jpeg, capturedAtMicros: NOW - 5 });
  await source.close();
  assert.deepEqual(page.heard, [true, false]);
});

Deno.test("BrowserCamera.open() ends by its signal", async () => {
  const camera = new BrowserCamera(WANTED, () => NOW);
  const stop = new AbortController();
  const opening = camera.open(quiet, stop.signal);
  stop.abort();
  await assert.rejects(opening, captureVideoError("camera-lost", /it is closed$/));
  await assert.rejects(
    camera.open(quiet, stop.signal),
    captureVideoError("camera-lost", /closed$/),
  );
});

Deno.test("BrowserCamera believes no time of the future, of long ago, or before the last", async () => {
  const camera = new BrowserCamera(WANTED, () => NOW);
  const seat = camera.admit(new NotingPage());
  const opening = camera.open(quiet);
  seat.offer(jpeg, NOW - 3000);
  const source = await opening;
  await source.readJpeg!();
  const cases: [claimed: number, taken: number][] = [
    [NOW - 4000, NOW - 3000],
    [NOW - 2000, NOW - 2000],
    [NOW + 1, NOW],
    [NOW - 1000, NOW],
    [NOW - 11_000_000, NOW],
    [NaN, NOW],
    [-Infinity, NOW],
  ];
  for (const [claimed, taken] of cases) {
    seat.offer(jpeg, claimed);
    assert.equal((await source.readJpeg!())!.capturedAtMicros, taken);
  }
  await source.close();
});

Deno.test("BrowserCamera is lost with the reason when its page goes, and counts nothing of one that was replaced", async () => {
  const camera = new BrowserCamera(WANTED, () => NOW);
  const [first, second] = [new NotingPage(), new NotingPage()];
  const old = camera.admit(first);
  const opening = camera.open(quiet);
  old.offer(jpeg, NOW);
  const source = await opening;
  await source.readJpeg!();
  const seat = camera.admit(second);
  assert.deepEqual(first.heard, [false, true, "replaced"]);
  old.offer(jpeg, NOW);
  old.leave("gone");
  assert.equal(camera.isTaken, true);
  await assert.rejects(source.readJpeg!(), captureVideoError("camera-lost", /first picture$/));
  await source.close();

  const again = camera.open(quiet);
  seat.offer(jpeg, NOW);
  const next = await again;
  await next.readJpeg!();
  seat.leave("the page was closed");
  assert.equal(camera.isTaken, false);
  await assert.rejects(next.readJpeg!(), captureVideoError("camera-lost", /page was closed$/));
  await next.close();
});
