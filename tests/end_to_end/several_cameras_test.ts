/** A guest with several cameras, and with a network camera that has no host, without a window. */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { pause } from "../../lib/flow/timing.ts";
import { JpegStreamCutter } from "../../lib/jpeg/stream.ts";
import { FakeCamera } from "../support/fake_camera.ts";
import { temporaryFolder } from "../support/folder.ts";
import { numberedJpeg } from "../support/numbered_pictures.ts";
import { Program } from "../support/programs.ts";

const STREAM = "HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=b\r\n\r\n";
const HOST = ["--source=test", "--width=320", "--height=240", "--port=0", "--no-preview"];

/** A network camera that sends this JPEG again and again. */
function networkCamera(jpeg: Uint8Array): FakeCamera {
  return FakeCamera.start(async (request) => {
    const gone = new AbortController();
    request.gone.then(() => gone.abort());
    await request.write(STREAM);
    while (!gone.signal.aborted) {
      await request.write("--b\r\nContent-Type: image/jpeg\r\n\r\n", jpeg, "\r\n");
      // A camera has a rate.
      await pause(50, gone.signal);
    }
  });
}

Deno.test("guest shows a host and a network camera, each under its name, until both have sent enough", async () => {
  await using camera = networkCamera(await numberedJpeg(7));
  await using host = Program.start("host", HOST);
  const address = await host.address();
  const url = camera.url().replace("//", "//me:sec@ret@");
  // What the variables say of a single camera beside them is not meant.
  const env = {
    CAPTUREVIDEO_TILES: `${address},${url}`,
    CAPTUREVIDEO_CAMERA: "nowhere",
    CAPTUREVIDEO_NATS: "nats://127.0.0.1/studio",
  };
  const guest = await Program.run("guest", ["--no-window", "--frames=8", "--stats=line"], { env });
  assert.equal(guest.code, 0, guest.words.join("\n"));
  const said = guest.words.join("\n");
  for (const name of [address, camera.url().replace("http://", "")]) {
    assert.ok(said.includes(`guest: ${name}: live`), said);
    const reports = guest.words.filter((line) => line.includes(` s: ${name} live, `));
    assert.ok(reports.some((line) => / age \d/.test(line)), said);
  }
  assert.doesNotMatch(said, /sec@?ret/);
});

Deno.test("guest goes on with the other cameras when one cannot be shown, and ends with 1", async () => {
  await using host = Program.start("host", HOST);
  const address = await host.address();
  const unknown = `${address}/nowhere`;
  const { code, words } = await Program.run("guest", [
    ...[unknown, address, "--no-window", "--frames=40", "--stats=json"],
  ]);
  const said = words.join("\n");
  assert.equal(code, 1, said);
  assert.ok(said.includes(`guest: warning: ${unknown}: Cannot `), said);
  assert.ok(said.includes(`guest: ${address}: live`), said);
  assert.equal(words.at(-1), "guest: Cannot go on: 1 of 2 cameras ended with an error");
});

Deno.test("guest shows a network camera that has no host, and writes its JPEGs as they are", async () => {
  const jpeg = await numberedJpeg(7);
  await using camera = networkCamera(jpeg);
  await using folder = await temporaryFolder();
  const output = `${folder.path}/seen.mjpeg`;
  const { code, words } = await Program.run("guest", [
    ...[camera.url(), "--no-window", "--frames=5", `--output=${output}`],
  ]);
  assert.equal(code, 0, words.join("\n"));
  assert.ok(words.includes("guest: live"));
  const seen = new JpegStreamCutter().push(await Deno.readFile(output));
  assert.deepEqual(seen.map((one) => one.toHex()), Array.from({ length: 5 }, () => jpeg.toHex()));
});

Deno.test("guest without reconnecting ends with 1 when a network camera cannot be opened", async () => {
  const { code, words } = await Program.run("guest", [
    ...["http://127.0.0.1:9/", "--no-window", "--no-reconnect"],
  ]);
  assert.equal(code, 1);
  assert.match(words.at(-1)!, /^guest: Cannot go on: Cannot open http:\/\/127\.0\.0\.1:9\/: /);
});

const WRONG: ReadonlyArray<readonly [string[], string]> = [
  [["a", "b", "--output=x"], "--output writes one camera's pictures: give one address"],
  [["a", "b", "--web"], "--web shows one camera: give one address"],
  [["a", "b", "--list"], "--list asks one host for its cameras: give one address"],
  [["http://a/", "--list"], "--list is about a host's cameras; a URL is one camera's own"],
];

for (const [args, words] of WRONG) {
  Deno.test(`guest ${args.join(" ")} ends with a line that says why`, async () => {
    const ending = await Program.run("guest", args);
    assert.deepEqual(ending, { code: 2, words: [`guest: ${words}`] });
  });
}
