import assert from "node:assert/strict";
import "../support/bridge.ts";
import { checkStreamUrl, openStream } from "../../lib/camera/stream.ts";
import { captureVideoError } from "../support/errors.ts";
import { FakeCamera } from "../support/fake_camera.ts";
import { temporaryFolder } from "../support/folder.ts";
import { numberedJpeg, writeNumberedVideo } from "../support/numbered_pictures.ts";

const OPTIONS = { loop: false, fps: 30, timeoutMs: 10_000, onSilence: () => {} };

Deno.test("openStream() reads JPEGs by itself and leaves other videos to OpenCV", async () => {
  const jpeg = await numberedJpeg(1);
  await using camera = FakeCamera.start(({ write }) => write("HTTP/1.0 200 OK\r\n\r\n", jpeg));
  await using pictures = await openStream(camera.url(), OPTIONS);
  assert.deepEqual([pictures.pixelFormat, pictures.info.format], ["mjpg", "mjpg"]);

  await using folder = await temporaryFolder();
  await writeNumberedVideo(`${folder.path}/clip.ts`, { codec: "mpeg2video", frames: 30, fps: 25 });
  const video = await Deno.readFile(`${folder.path}/clip.ts`);
  await using server = FakeCamera.start(({ write }) =>
    write("HTTP/1.0 200 OK\r\nContent-Type: video/mp2t\r\n\r\n", video)
  );
  await using other = await openStream(server.url("/clip.ts"), OPTIONS);
  assert.equal(other.pixelFormat, "bgr");
});

Deno.test("openStream() tells how to escape a password where it may not have understood it", async () => {
  for (const url of ["http://me:a#b@127.0.0.1:1/", "rtsp://me:a#b@127.0.0.1:1/"]) {
    await assert.rejects(
      openStream(url, OPTIONS),
      captureVideoError(
        "camera-unavailable",
        /^Cannot open \w+:\/\/127.*; in its name .*%23 for #/,
      ),
    );
    await assert.rejects(
      openStream(url.replace("#", "%23"), OPTIONS),
      captureVideoError("camera-unavailable", /^Cannot open \w+:\/\/127((?!%23).)*$/),
    );
  }
});

Deno.test("openStream() tells that a camera is silent which OpenCV waits for", async () => {
  await using camera = FakeCamera.start(({ gone }) => gone);
  const silent = Promise.withResolvers<string>();
  const url = camera.url("/main", "me:secret").replace("http", "rtsp");
  const opening = openStream(url, { ...OPTIONS, timeoutMs: 100, onSilence: silent.resolve });
  assert.match(
    await silent.promise,
    /^Cannot open rtsp:\/\/127\S+: no answer for 0\.1 s; waiting on$/,
  );
  await camera[Symbol.asyncDispose]();
  await assert.rejects(opening, captureVideoError("camera-unavailable", /^Cannot open rtsp:/));
});

Deno.test("checkStreamUrl() refuses what names no camera", () => {
  for (
    const url of [
      ...["http://10.0.0.7/", "rtsp://me:a#b@10.0.0.7/", "rtsp://[fe80::1%eth0]:8554/"],
      ...["udp://@:1234", "udp://:1234", "srt://:9000?mode=listener"],
    ]
  ) {
    checkStreamUrl(url);
  }
  assert.throws(() => checkStreamUrl("rtsp://me:secret#1"), {
    name: "UsageError",
    message: /^--source "rtsp:\/\/…" names no camera; in its name and password write %23 for #, /,
  });
  for (const url of ["rtsp://cam:99999/x", "rtmp://[fe80:::1]/x", "http://cam:70000/"]) {
    assert.throws(() => checkStreamUrl(url.replace("//", "//me:secret@")), {
      name: "UsageError",
      message: `--source "${url}" has no valid host and port`,
    });
  }
});
