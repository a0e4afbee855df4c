import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import "../support/bridge.ts";
import { frameNumberOf } from "../support/frame_number.ts";
import { PatternSource } from "../../lib/camera/pattern.ts";
import {
  JpegDecoder,
  JpegEncoder,
  Mat,
  monotonicMicros,
  sleepUntil,
  yuvToBgr,
} from "../../lib/opencv/mod.ts";

Deno.test("PatternSource.read() gives pictures of the requested size, each with a later number", async () => {
  await using source = new PatternSource({ width: 320, height: 240, fps: 200 });
  using picture = new Mat();
  let before = -1;
  for (let count = 0; count < 20; count++) {
    await source.read(picture);
    assert.deepEqual([picture.cols, picture.rows * 2 / 3, picture.channels], [320, 240, 1]);
    const number = frameNumberOf(picture);
    assert.ok(number !== undefined && number > before, `${number} after ${before}`);
    before = number;
  }
});

Deno.test("PatternSource.read() gives frame n at n / fps seconds, not before", async () => {
  for (const fps of [30, 29.97, 125]) {
    await using source = new PatternSource({ width: 320, height: 240, fps });
    using picture = new Mat();
    for (let count = 0; count < 3; count++) {
      const askedAtMicros = monotonicMicros();
      const capturedAtMicros = await source.read(picture);
      const gotAtMicros = monotonicMicros();
      assert.equal(capturedAtMicros, frameNumberOf(picture)! * 1e6 / fps);
      assert.ok(capturedAtMicros > askedAtMicros - 1e6 / fps, "an old picture");
      assert.ok(capturedAtMicros <= gotAtMicros, "a picture of the future");
    }
  }
});

Deno.test("PatternSource.readCompressed() gives the same frames as JPEG, not before their time", async () => {
  await using source = new PatternSource({ width: 320, height: 240, fps: 100 });
  await using encoder = new JpegEncoder();
  await using decoder = new JpegDecoder();
  using picture = new Mat();
  using decoded = new Mat();
  for (let count = 0; count < 3; count++) {
    const { capturedAtMicros, compressed } = await source.readCompressed(picture, encoder, {
      quality: 80,
    });
    assert.ok(capturedAtMicros <= monotonicMicros(), "a picture of the future");
    assert.equal(capturedAtMicros, frameNumberOf(picture)! * 1e6 / 100);
    await decoder.decode(compressed!.jpeg, decoded);
    assert.equal(frameNumberOf(decoded), frameNumberOf(picture));
    assert.ok(compressed!.tookMs > 0);
  }
});

Deno.test("PatternSource gives no old picture after the program stood still", async () => {
  const fps = 100;
  await using source = new PatternSource({ width: 320, height: 240, fps });
  await using encoder = new JpegEncoder();
  await using decoder = new JpegDecoder();
  using picture = new Mat();
  using decoded = new Mat();
  const standStill = async () => {
    // By then the native call is under way. That the program stands still is what is tested here.
    await nextTurn();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    return monotonicMicros() - 1e6 / fps;
  };

  const reading = source.read(picture);
  const oldMicros = await standStill();
  const capturedAtMicros = await reading;
  assert.ok(capturedAtMicros > oldMicros);
  assert.equal(capturedAtMicros, frameNumberOf(picture)! * 1e6 / fps);

  const compressing = source.readCompressed(picture, encoder, { quality: 80 });
  const oldAgainMicros = await standStill();
  const { capturedAtMicros: again, compressed } = await compressing;
  assert.ok(again > oldAgainMicros);
  await decoder.decode(compressed!.jpeg, decoded);
  assert.deepEqual(
    [frameNumberOf(picture), frameNumberOf(decoded)],
    [again, again].map((micros) => {
      return Math.round(micros * fps / 1e6);
    }),
  );
});

Deno.test("PatternSource leaves out the frames that nobody asked for", async () => {
  await using source = new PatternSource({ width: 320, height: 240, fps: 100 });
  using picture = new Mat();
  await source.read(picture);
  const first = frameNumberOf(picture)!;
  // Nobody asks for as long as ten frames: the clock is what this source goes by.
  await sleepUntil(monotonicMicros() + 100_000);
  await source.read(picture);
  assert.ok(frameNumberOf(picture)! >= first + 10);
});

Deno.test("PatternSource takes off a Mat that comes back what it drew there before", async () => {
  const size = { width: 960, height: 720 };
  await using source = new PatternSource({ ...size, fps: 50 });
  using picture = new Mat();
  // 0.3 s: the ball moves by several times its own size.
  for (let count = 0; count < 15; count++) await source.read(picture);
  using bgr = new Mat();
  yuvToBgr(picture, source.pixelFormat, bgr);
  const data = bgr.getData();
  const isNear = (at: number, value: number) => Math.abs(data[at]! - value) < 4;
  let ball = 0;
  for (let at = 0; at < data.length; at += 3) {
    if (isNear(at, 40) && isNear(at + 1, 200) && isNear(at + 2, 255)) ball++;
  }
  const disc = Math.PI * (size.height / 18) ** 2;
  assert.ok(ball > disc / 2 && ball < disc * 1.2, `${ball} pixels, a ball has ${disc.toFixed(0)}`);
});

Deno.test("PatternSource draws pictures of any size that the settings allow, made even", async () => {
  const sizes = [[16, 16, 16, 16], [41, 17, 40, 16], [17, 400, 16, 400]] as const;
  for (const [width, height, evenWidth, evenHeight] of sizes) {
    await using source = new PatternSource({ width, height, fps: 1000 });
    using picture = new Mat();
    await source.read(picture);
    await source.read(picture);
    assert.deepEqual([picture.cols, picture.rows * 2 / 3], [evenWidth, evenHeight]);
    assert.deepEqual([source.info.width, source.info.height], [evenWidth, evenHeight]);
  }
});

Deno.test("PatternSource.close() frees it, once", async () => {
  const source = new PatternSource({ width: 320, height: 240, fps: 100 });
  await source.close();
  await source.close();
  using picture = new Mat();
  await assert.rejects(source.read(picture), {
    name: "BadResource",
    message: "Cannot use the test pattern: it was released",
  });
});
