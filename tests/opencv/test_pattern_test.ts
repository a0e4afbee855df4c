import assert from "node:assert/strict";
import "../support/bridge.ts";
import { JpegEncoder, Mat, monotonicMicros, TestPattern } from "../../lib/opencv/mod.ts";
import { captureVideoError } from "../support/errors.ts";

Deno.test("TestPattern.read() leaves alone the frames that other Mats still hold", async () => {
  await using pattern = new TestPattern(320, 240, 200);
  const mats = [new Mat(), new Mat(), new Mat()];
  const pixels: Uint8Array[] = [];
  for (const mat of mats) {
    await pattern.read(mat);
    pixels.push(mat.getData());
  }
  using later = new Mat();
  for (let count = 0; count < 5; count++) await pattern.read(later);
  for (const [index, mat] of mats.entries()) {
    assert.deepEqual(mat.getData(), pixels[index], `frame ${index}`);
    mat.release();
  }
});

Deno.test("TestPattern takes no more memory than there are Mats", async () => {
  await using pattern = new TestPattern(1280, 720, 1000);
  const mats = [new Mat(), new Mat()];
  const round = async () => {
    for (let count = 0; count < 100; count++) await pattern.read(mats[count % 2]!);
  };
  await round();
  const before = Deno.memoryUsage().rss;
  await round();
  const grownMb = (Deno.memoryUsage().rss - before) / 2 ** 20;
  assert.ok(grownMb < 10, `grew by ${grownMb.toFixed(1)} MB`);
  for (const mat of mats) mat.release();
});

Deno.test("TestPattern.readCompressed() gives the JPEG of the frame in the Mat", async () => {
  await using pattern = new TestPattern(320, 240, 100);
  await using encoder = new JpegEncoder();
  using mat = new Mat();
  const options = { quality: 80, reserveBytes: 5 };
  const { jpeg, capturedAtMicros } = await pattern.readCompressed(mat, encoder, options);
  assert.ok(capturedAtMicros <= monotonicMicros());
  const form = { ...options, layout: "yuvj420p", width: 320, height: 240 } as const;
  assert.deepEqual(jpeg, await encoder.encode(mat, form));
});

Deno.test("TestPattern.close() waits for the read in flight, and then nothing works", async () => {
  const pattern = new TestPattern(320, 240, 20);
  using mat = new Mat();
  const reading = pattern.read(mat);
  const closed = pattern.close();
  assert.ok(await reading <= monotonicMicros());
  await closed;
  await pattern.close();
  await assert.rejects(pattern.read(mat), {
    name: "BadResource",
    message: "Cannot use the test pattern: it was released",
  });
});

Deno.test("TestPattern refuses a size that has no planes, or no room for the number", () => {
  for (const [width, height] of [[321, 240], [320, 241], [320, 14], [0, 240]] as const) {
    assert.throws(
      () => new TestPattern(width, height, 30),
      captureVideoError("opencv", /^Cannot draw a test pattern: /),
    );
  }
});
