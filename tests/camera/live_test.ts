import assert from "node:assert/strict";
import "../support/bridge.ts";
import { LiveSource } from "../../lib/camera/live.ts";
import { Mat, monotonicMicros } from "../../lib/opencv/mod.ts";
import { captureVideoError } from "../support/errors.ts";
import { NUMBERED_SIZE, numberedJpeg, numberFrom } from "../support/numbered_pictures.ts";

const REQUESTED = { fps: 30, loop: false };
const PICTURES = 30;

/** A server that sends numbered pictures as a network camera does, and then ends. */
async function serveStream(pictures: number): Promise<Deno.HttpServer<Deno.NetAddr>> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let number = 1; number <= pictures; number++) {
    const jpeg = await numberedJpeg(number);
    const head = `--next\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`;
    parts.push(new TextEncoder().encode(head), jpeg, new TextEncoder().encode("\r\n"));
  }
  const body = await new Blob(parts).bytes();
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => {
    return new Response(body, {
      headers: { "Content-Type": "multipart/x-mixed-replace; boundary=next" },
    });
  });
}

Deno.test("LiveSource.read() gives the pictures of a stream, then says that it has ended", async () => {
  await using server = await serveStream(PICTURES);
  const url = `http://me:secret@127.0.0.1:${server.addr.port}/video.mjpeg`;
  await using source = await LiveSource.openStream(url, { ...REQUESTED });
  const { description, width, height } = source.info;
  assert.equal(description, `http://127.0.0.1:${server.addr.port}/video.mjpeg`);
  assert.deepEqual({ width, height }, NUMBERED_SIZE);
  assert.equal(source.pixelFormat, "mjpg");

  using picture = new Mat();
  const numbers: number[] = [];
  await assert.rejects(async () => {
    for (;;) {
      const before = monotonicMicros();
      const capturedAtMicros = (await source.read(picture))!;
      assert.ok(capturedAtMicros >= before && capturedAtMicros <= monotonicMicros());
      numbers.push((await numberFrom(source, picture))!);
    }
  }, captureVideoError("camera-lost", /^Cannot read http:\/\/127\S+: the stream has ended$/));
  // The first may be those that OpenCV looks at when it opens the stream.
  assert.equal(numbers.at(-1), PICTURES);
  for (const [index, number] of numbers.entries()) assert.equal(number, numbers[0]! + index);
});

Deno.test("LiveSource.openStream() says that nothing answers, and not the password", async () => {
  await assert.rejects(
    LiveSource.openStream("http://me:secret@127.0.0.1:1/video", REQUESTED),
    captureVideoError(
      "camera-unavailable",
      /^Cannot open http:\/\/127\.0\.0\.1:1\/video: nothing that OpenCV can read answers there$/,
    ),
  );
});

Deno.test("LiveSource.openPipeline() says that a pipeline does not work", async () => {
  await assert.rejects(
    LiveSource.openPipeline("no-such-element ! appsink", REQUESTED),
    captureVideoError(
      "camera-unavailable",
      /^Cannot open gst:no-such-element ! appsink: no element "no-such-element"; is its name right/,
    ),
  );
});
