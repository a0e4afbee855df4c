/** Host and guest with real cameras: what arrives is what the camera gave. */

import assert from "node:assert/strict";
import { jpegSize } from "../../../lib/jpeg/markers.ts";
import { JpegStreamCutter } from "../../../lib/jpeg/stream.ts";
import { monotonicMicros } from "../../../lib/opencv/mod.ts";
import { TestGuest } from "../../support/peers.ts";
import { Program } from "../../support/programs.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { fingerprint, MjpegCamera } from "./support.ts";

const PICTURES = 300;

/** So many pictures come in less than half a minute. */
const SOME = 20;

/** On a machine that is emulated, a guest may be slow enough to be sent smaller pictures. */
const HOST = ["--port=0", "--no-preview", "--no-adapt"];

/** The JPEGs that a guest receives, one after another. */
async function receive(host: Program, pictures: number): Promise<Uint8Array<ArrayBuffer>[]> {
  await using folder = await temporaryFolder();
  const output = `${folder.path}/seen.mjpeg`;
  await using guest = Program.start("guest", [
    await host.address(),
    ...["--no-window", `--frames=${pictures}`, `--output=${output}`, "--stats=json"],
  ]);
  for (let seen = 0; seen < pictures - SOME;) {
    ({ received: seen } = await guest.guestReport(({ received }) => received >= seen + SOME));
  }
  assert.equal((await guest.ending()).code, 0);
  return new JpegStreamCutter().push(await Deno.readFile(output));
}

Deno.test("a guest receives 300 pictures of the requested size from a raw camera", async () => {
  await using host = Program.start("host", [
    ...HOST,
    ...["--source=vivid", "--width=640", "--height=360", "--fps=15"],
  ]);
  const jpegs = await receive(host, PICTURES);
  assert.equal(jpegs.length, PICTURES);
  for (const jpeg of jpegs) assert.deepEqual(jpegSize(jpeg), { width: 640, height: 360 });
  await host.line(/vivid \(\/dev\/video0\): 640x360 at 15 frames\/s, yuyv$/);
});

Deno.test("a guest receives 300 pictures of an MJPEG camera, each byte for byte as fed", async () => {
  await using camera = await MjpegCamera.start();
  await using host = Program.start("host", [...HOST, "--source=mjpgvideo"]);
  const jpegs = await receive(host, PICTURES);
  assert.equal(jpegs.length, PICTURES);
  const seen = new Set<string>();
  for (const jpeg of jpegs) seen.add(await fingerprint(jpeg));
  assert.deepEqual([...seen].filter((jpeg) => !camera.fed.has(jpeg)), []);
  assert.ok(seen.size > 1, "the picture moves");
});

Deno.test("a guest's first picture is younger than two frame intervals", async (t) => {
  const fps = 2;
  await using host = Program.start("host", [
    ...[...HOST, "--source=vivid", "--width=640", "--height=480", `--fps=${fps}`],
    ...["--linger=60", "--stats=json"],
  ]);
  const port = await host.port();

  await t.step("when it joins an idle host", async () => {
    assertFresh(await firstPicture(port), fps);
  });

  await t.step("when the camera was open and nobody watched", async () => {
    const { timeSec } = await host.hostReport(({ guests }) => guests.length === 0);
    await host.hostReport((report) => report.timeSec > timeSec + UNWATCHED_SECONDS);
    assertFresh(await firstPicture(port), fps);
  });
});

/** Long enough for four buffers to hold old pictures. */
const UNWATCHED_SECONDS = 3;

/** How old the first picture is when it has come, in milliseconds. */
async function firstPicture(port: number): Promise<number> {
  using guest = await TestGuest.connect(port);
  await guest.hello();
  const { capturedAtMicros } = await guest.picture();
  return (monotonicMicros() - capturedAtMicros) / 1000;
}

function assertFresh(ageMs: number, fps: number): void {
  const limitMs = 2 * 1000 / fps;
  assert.ok(ageMs >= 0 && ageMs < limitMs, `it is ${ageMs} ms old, not under ${limitMs} ms`);
}
