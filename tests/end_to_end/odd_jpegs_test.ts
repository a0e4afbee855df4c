/** JPEGs as cameras make them, from each kind of source to what a guest gets and says. */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { JpegDecoder, Mat } from "../../lib/opencv/mod.ts";
import { findJpeg } from "../../lib/jpeg/picture.ts";
import { jpegSize } from "../../lib/jpeg/markers.ts";
import { JpegStreamCutter } from "../../lib/jpeg/stream.ts";
import { pause } from "../../lib/flow/timing.ts";
import { concat } from "../protocol/support.ts";
import { aviOf } from "../support/avi.ts";
import { FakeCamera } from "../support/fake_camera.ts";
import { temporaryFolder } from "../support/folder.ts";
import { NUMBERED_SIZE, numberedJpeg, numbersOf } from "../support/numbered_pictures.ts";
import { ODDITIES, withOrientation } from "../support/odd_jpegs.ts";
import { Program } from "../support/programs.ts";

const HOST = ["--port=0", "--no-preview"];

/** One picture of each kind that numbers its kind, and then one that is only half there. */
async function oddJpegs(): Promise<Uint8Array[]> {
  const jpegs: Uint8Array[] = [];
  for (const make of Object.values(ODDITIES)) jpegs.push(make(await numberedJpeg(jpegs.length)));
  const half = await numberedJpeg(jpegs.length);
  return [...jpegs, half.subarray(0, half.length / 2)];
}

/** The numbers of those that are whole. */
const WHOLE = Object.keys(ODDITIES).map((_, number) => number);

/** A camera that sends these pictures in turn, each as a part with its length. */
function cameraOf(jpegs: readonly Uint8Array[]): FakeCamera {
  return FakeCamera.start(async ({ write, gone }) => {
    const stop = new AbortController();
    gone.then(() => stop.abort());
    await write("HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=b\r\n\r\n");
    for (let turn = 0; !stop.signal.aborted; turn++) {
      const jpeg = jpegs[turn % jpegs.length]!;
      const head = `--b\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`;
      await write(head, jpeg, "\r\n");
      // A camera has a rate.
      await pause(25, stop.signal);
    }
  });
}

async function seenBy(host: Program, ...options: string[]): Promise<Uint8Array> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  await using guest = Program.start("guest", [
    await host.address(),
    ...["--no-window", "--output=-", "--stats=json", ...options],
  ], { onOutput: (chunk) => chunks.push(chunk.slice()) });
  await guest.ending();
  assert.equal(guest.guestStats.at(-1)?.damaged, 0);
  return await new Blob(chunks).bytes();
}

Deno.test("a series of odd JPEGs arrives picture by picture, but for the one cut short", async () => {
  await using folder = await temporaryFolder();
  for (const [number, jpeg] of (await oddJpegs()).entries()) {
    await Deno.writeFile(`${folder.path}/odd_${`${number}`.padStart(2, "0")}.jpg`, jpeg);
  }
  const source = `--source=${folder.path}/odd_%02d.jpg`;
  for (const passthrough of ["auto", "off"]) {
    await using host = Program.start("host", [
      ...[...HOST, source, "--fps=10", `--passthrough=${passthrough}`],
    ]);
    const seen = await seenBy(host, "--no-reconnect");
    assert.deepEqual(await numbersOf(seen), WHOLE, passthrough);
    await host.line(/warning: Cannot decode a JPEG: only \d\d % of it is there/);
    for (const jpeg of new JpegStreamCutter().push(seen)) {
      assert.deepEqual(findJpeg(jpeg), { jpeg, hasEnd: true });
    }
  }
});

Deno.test("a film of odd JPEGs arrives picture by picture, but for the one cut short", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/odd.avi`;
  await Deno.writeFile(path, aviOf(await oddJpegs(), { ...NUMBERED_SIZE, fps: 10 }));
  for (const passthrough of ["auto", "off"]) {
    await using host = Program.start("host", [
      ...[...HOST, `--source=${path}`, `--passthrough=${passthrough}`],
    ]);
    assert.deepEqual(await numbersOf(await seenBy(host, "--no-reconnect")), WHOLE, passthrough);
  }
});

Deno.test("a network camera's odd JPEGs arrive, but for those cut short", async () => {
  const jpegs = await oddJpegs();
  // A part holds one picture: what stands in front there, is it.
  const inFront = Object.keys(ODDITIES).indexOf("half a picture in front of it");
  await using camera = cameraOf(jpegs);
  await using host = Program.start("host", [...HOST, `--source=${camera.url()}`]);
  const numbers = new Set(await numbersOf(await seenBy(host, "--frames=60")));
  assert.deepEqual([...numbers].toSorted((a, b) => a - b), WHOLE.filter((n) => n !== inFront));
});

Deno.test("the tutorial's host may send odd JPEGs too, and the one cut short is counted", async () => {
  const jpegs = await oddJpegs();
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  await using guest = Program.start("guest", [
    ...[`127.0.0.1:${listener.addr.port}`, "--no-window", "--output=-", "--stats=json"],
  ], { onOutput: (chunk) => chunks.push(chunk.slice()) });
  using connection = await listener.accept();
  const writer = connection.writable.getWriter();
  for (const [index, jpeg] of jpegs.entries()) {
    await writer.write(new Uint8Array(jpeg));
    // One at a time, so that none replaces another before it is decoded.
    await guest.guestReport(({ received }) => received >= index);
  }
  // Where one without an end has ended shows when the next begins.
  const last = await numberedJpeg(99);
  await writer.write(last.subarray(0, 3));
  await guest.guestReport(({ damaged }) => damaged === 1);
  await writer.write(last.subarray(3));
  await guest.guestReport(({ received }) => received > jpegs.length);
  const seen = new JpegStreamCutter().push(await new Blob(chunks).bytes());
  const numbers: number[] = [];
  const others: string[] = [];
  for (const jpeg of seen) {
    try {
      numbers.push(...await numbersOf(jpeg));
    } catch (error) {
      others.push((error as Error).message);
    }
  }
  assert.deepEqual(numbers, [...WHOLE, 99]);
  // In a bare stream what stands in front of a picture, or behind it, is one of its own.
  assert.deepEqual(others.map((words) => words.replace(/only \d+ % .*/, "…")), [
    "picture 1 has no number",
    "Cannot decode a JPEG: …",
    "Cannot decode a JPEG: …",
  ]);
});

Deno.test("a camera of which no picture can be shown is never live, and says why", async () => {
  const whole = await numberedJpeg(1);
  const broken = concat(whole.subarray(0, whole.length / 2), Uint8Array.of(0xff, 0xd9));
  await using camera = cameraOf([broken]);
  await using host = Program.start("host", [...HOST, `--source=${camera.url()}`]);
  await using guest = Program.start("guest", [await host.address(), "--no-window"]);
  const why = /camera starting: no whole picture: Cannot decode a JPEG: only \d\d % of it is there/;
  await guest.line(why);
  await host.line(why);
  assert.doesNotMatch([...host.words, ...guest.words].join("\n"), /live/);
});

Deno.test("a picture that guests would refuse is refused by the host, and the others arrive", async () => {
  const whole = await numberedJpeg(1);
  const frameHeader = whole.findIndex((byte, at) => byte === 0xff && whole[at + 1] === 0xc0);
  const bomb = whole.slice();
  bomb.set([0xff, 0xdc, 0xff, 0xdc], frameHeader + 5);
  const long = new Uint8Array(16 * 2 ** 20).fill(7);
  const comments = Array<Uint8Array>(257).fill(
    concat(Uint8Array.of(0xff, 0xfe, 0xff, 0xff), long.subarray(0, 0xfffd)),
  );
  const tooLong = concat(whole.subarray(0, 2), ...comments, whole.subarray(2));
  await using camera = cameraOf([whole, bomb, whole, tooLong]);
  await using host = Program.start("host", [...HOST, `--source=${camera.url()}`]);
  const numbers = await numbersOf(await seenBy(host, "--frames=8"));
  assert.deepEqual(numbers, Array(8).fill(1));
  await host.line(
    /warning: Cannot send a picture of 65500x65500 pixels: guests take up to 67108864/,
  );
  assert.doesNotMatch(host.words.join("\n"), /lost|ended: the video/);
});

Deno.test("a picture that notes how its camera was held is passed on as it is, or made upright", async () => {
  await using folder = await temporaryFolder();
  const jpeg = withOrientation(await numberedJpeg(1), 6);
  const path = `${folder.path}/held.jpg`;
  await Deno.writeFile(path, jpeg);
  const { width, height } = NUMBERED_SIZE;
  for (const passthrough of ["auto", "off"]) {
    await using host = Program.start("host", [
      ...[...HOST, `--source=${path}`, `--passthrough=${passthrough}`],
    ]);
    const seen = await seenBy(host, "--frames=1");
    using picture = new Mat();
    await using decoder = new JpegDecoder();
    await decoder.decode(seen, picture);
    assert.deepEqual([picture.rows, picture.cols], [width, height], "turned either way");
    if (passthrough === "auto") assert.deepEqual(seen, jpeg);
    else assert.deepEqual(jpegSize(seen), { width: height, height: width });
  }
});
