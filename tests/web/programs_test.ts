/** Other people's programs, which read the stream in ways of their own. */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { outputOf, textOf } from "../support/commands.ts";
import { temporaryFolder } from "../support/folder.ts";
import { numberInJpeg } from "../support/number_in_jpeg.ts";
import { WebHost } from "./web_host.ts";

const PATHS = ["stream", "?action=stream"];

Deno.test("curl reads a picture, and a stream until it has enough", async () => {
  await using host = await WebHost.start();
  const picture = await outputOf("curl", ["-sf", `${host.url}?action=snapshot`]);
  assert.ok(await numberInJpeg(picture));
  for (const path of PATHS) {
    const script = 'curl -sfN "$0" | head -c 1000000';
    const bytes = await outputOf("sh", ["-c", script, host.url + path]);
    assert.equal(bytes.length, 1_000_000);
  }
});

Deno.test("ffmpeg reads the stream as a film", async () => {
  await using host = await WebHost.start();
  for (const path of PATHS) {
    const text = await textOf("ffprobe", [
      ...["-v", "error", "-count_frames", "-read_intervals", "%+#20"],
      ...["-show_entries", "stream=codec_name,width,height,nb_read_frames", "-of", "csv=p=0"],
      ...["-f", "mpjpeg", host.url + path],
    ]);
    assert.equal(text.trim(), "mjpeg,1280,720,20");
  }
});

Deno.test("OpenCV reads the stream, and sees the frame numbers grow", async () => {
  await using host = await WebHost.start();
  for (const path of PATHS) {
    const sizes = await textOf("/usr/bin/python3", [
      "-c",
      "import cv2, sys\n" +
      "camera = cv2.VideoCapture(sys.argv[1])\n" +
      "pictures = [camera.read()[1] for _ in range(10)]\n" +
      "print(*{picture.shape for picture in pictures}, len({p.tobytes() for p in pictures}))",
      host.url + path,
    ]);
    assert.equal(sizes.trim(), "(720, 1280, 3) 10");
  }
});

Deno.test("GStreamer reads the stream", async () => {
  await using host = await WebHost.start();
  await using folder = await temporaryFolder();
  for (const path of PATHS) {
    await outputOf("gst-launch-1.0", [
      ...["-q", "souphttpsrc", `location=${host.url + path}`, "num-buffers=200", "!"],
      ...["multipartdemux", "!", "image/jpeg", "!", "multifilesink"],
      `location=${folder.path}/%03d.jpg`,
    ], { signal: AbortSignal.timeout(30_000) });
    assert.ok(await numberInJpeg(await Deno.readFile(`${folder.path}/005.jpg`)));
    await Deno.remove(`${folder.path}/005.jpg`);
  }
});

Deno.test("this project's own host reads the stream of another, with its capture passed on", async () => {
  await using host = await WebHost.start();
  await using relay = await WebHost.start([`--source=${host.url}stream`]);
  const picture = await relay.ask("snapshot");
  assert.ok(await numberInJpeg(new Uint8Array(await picture.arrayBuffer())));
});
