import assert from "node:assert/strict";
import "../support/bridge.ts";
import {
  CAP_FFMPEG,
  CAP_GSTREAMER,
  CAP_PROP_FOURCC,
  CAP_PROP_FPS,
  CAP_PROP_FRAME_COUNT,
  CAP_PROP_FRAME_HEIGHT,
  CAP_PROP_FRAME_WIDTH,
  CAP_PROP_POS_MSEC,
  CAP_V4L2,
  fourccName,
  JpegEncoder,
  Mat,
  monotonicMicros,
  VideoCapture,
} from "../../lib/opencv/mod.ts";
import { jpegSize } from "../../lib/jpeg/markers.ts";
import { captureVideoError } from "../support/errors.ts";
import { moduleUrl, runScript } from "../support/script.ts";
import { brightnessOf, meanOf, writeClip, writeJpegStream } from "./pictures.ts";

const folder = await Deno.makeTempDir({ prefix: "capturevideo-test-" });
const clip = `${folder}/clip.avi`;
const stream = `${folder}/stream.mjpg`;
await writeClip(clip, { frames: 30 });
await writeJpegStream(stream, 20);
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

Deno.test("VideoCapture.readAsync() gives every frame of a file, then false", async () => {
  await using capture = await VideoCapture.open(clip);
  using frame = new Mat();
  let frames = 0;
  while (await capture.readAsync(frame)) {
    frames++;
    assert.deepEqual([frame.rows, frame.cols, frame.channels], [240, 320, 3]);
  }
  assert.equal(frames, 30);
  assert.equal(await capture.readAsync(frame), false, "and false again");
});

Deno.test("VideoCapture.readAsync() gives the frames in order, and keeps the last", async () => {
  await using capture = await VideoCapture.open(stream);
  using frame = new Mat();
  const levels: number[] = [];
  while (await capture.readAsync(frame)) levels.push(meanOf(frame.getData()));
  assert.equal(levels.length, 20);
  for (const [index, level] of levels.entries()) {
    assert.ok(Math.abs(level - brightnessOf(index)) < 2, `frame ${index} has ${level}`);
  }
  assert.equal(meanOf(frame.getData()), levels.at(-1), "a read without a frame changes nothing");
});

Deno.test("VideoCapture.readCompressed() gives each frame twice, as pixels and as JPEG", async () => {
  await using capture = await VideoCapture.open(stream);
  await using encoder = new JpegEncoder();
  using frame = new Mat();
  const options = { quality: 90, reserveBytes: 24 };
  let frames = 0;
  for (;;) {
    const startMicros = monotonicMicros();
    const result = await capture.readCompressed(frame, encoder, options);
    if (!result) break;
    assert.ok(result.readAtMicros >= startMicros && result.readAtMicros <= monotonicMicros());
    assert.deepEqual(result.jpeg, await encoder.encode(frame, options));
    assert.ok(Math.abs(meanOf(frame.getData()) - brightnessOf(frames)) < 2);
    frames++;
  }
  assert.equal(frames, 20);
  assert.ok(Math.abs(meanOf(frame.getData()) - brightnessOf(19)) < 2, "the last stays");
});

Deno.test("VideoCapture.readCompressed() takes a frame's bytes for what the layout says", async () => {
  await using capture = await VideoCapture.open(stream);
  await using encoder = new JpegEncoder();
  using frame = new Mat();
  const read = (width: number, height: number) =>
    capture.readCompressed(frame, encoder, { quality: 90, layout: "yuyv", width, height });
  // 64x48 pixels of BGR are as many bytes as 96x48 of YUYV, and less than 98x48.
  const result = await read(96, 48);
  assert.deepEqual(jpegSize(result!.jpeg), { width: 96, height: 48 });
  await assert.rejects(
    read(98, 48),
    captureVideoError("opencv", /^Cannot compress a picture: the Mat holds 9216 bytes, /),
  );
  await assert.rejects(read(33, 48), RangeError);
  assert.ok(await read(96, 48), "it goes on");
});

Deno.test("VideoCapture.get() knows the file", async () => {
  await using capture = await VideoCapture.open(clip);
  assert.equal(capture.get(CAP_PROP_FRAME_WIDTH), 320);
  assert.equal(capture.get(CAP_PROP_FRAME_HEIGHT), 240);
  assert.equal(capture.get(CAP_PROP_FPS), 30);
  assert.equal(capture.get(CAP_PROP_FRAME_COUNT), 30);
  assert.equal(fourccName(capture.get(CAP_PROP_FOURCC)), "MJPG");
  assert.ok(capture.get(987_654) <= 0, "a property that is none");
});

Deno.test("VideoCapture.set() winds a file back, and refuses what is no property", async () => {
  await using capture = await VideoCapture.open(clip);
  using frame = new Mat();
  while (await capture.readAsync(frame));
  assert.equal(capture.set(CAP_PROP_POS_MSEC, 0), true);
  assert.equal(await capture.readAsync(frame), true);
  assert.equal(capture.set(987_654, 1), false);
});

Deno.test("VideoCapture.open() takes a backend, and getBackendName() tells which it was", async () => {
  await using capture = await VideoCapture.open(clip, { apiPreference: CAP_FFMPEG });
  assert.equal(capture.getBackendName(), "FFMPEG");
});

Deno.test("VideoCapture.open() says why it cannot", async () => {
  const empty = `${folder}/empty.avi`;
  const text = `${folder}/text.avi`;
  await Deno.writeTextFile(empty, "");
  await Deno.writeTextFile(text, "This is no video.\n".repeat(1000));
  const cases: [number | string, RegExp][] = [
    [`${folder}/missing.avi`, /^Cannot open .+missing\.avi: there is no such file or device$/],
    [`${clip}/x`, /^Cannot open .+: Not a directory$/],
    [folder, /^Cannot open .+: it is a directory$/],
    [empty, /^Cannot open .+empty\.avi: the file is empty$/],
    [text, /^Cannot open .+text\.avi: OpenCV finds no video in it$/],
    [97, /^Cannot open camera 97: there is no such file or device$/],
    ["/dev/null", /^Cannot open \/dev\/null: OpenCV gets no picture from it; does another/],
    ["http://127.0.0.1:1/x.mjpg", /^Cannot open http:.+: OpenCV finds no video in it$/],
  ];
  for (const [source, words] of cases) {
    await assert.rejects(VideoCapture.open(source), captureVideoError("camera-unavailable", words));
  }
});

Deno.test("VideoCapture.open() says what a chosen backend cannot open", async () => {
  const cases: [string, number, RegExp][] = [
    [clip, CAP_V4L2, /^Cannot open .+clip\.avi: OpenCV finds no video in it$/],
    ["no ! pipeline", CAP_GSTREAMER, /: cannot find appsink in manual pipeline$/],
  ];
  for (const [source, apiPreference, words] of cases) {
    await assert.rejects(
      VideoCapture.open(source, { apiPreference }),
      captureVideoError("camera-unavailable", words),
    );
  }
});

Deno.test("VideoCapture.open() refuses an index or a name that is none", async () => {
  for (const index of [-1, 0.5, NaN]) {
    await assert.rejects(VideoCapture.open(index), RangeError);
  }
  for (const source of ["", "a\0b"]) await assert.rejects(VideoCapture.open(source), TypeError);
});

Deno.test("VideoCapture.readAsync() serves many reads in flight, each into its own Mat", async () => {
  await using capture = await VideoCapture.open(stream);
  const frames = Array.from({ length: 25 }, () => new Mat());
  const results = await Promise.all(frames.map((frame) => capture.readAsync(frame)));
  assert.deepEqual(results, frames.map((_, index) => index < 20));
  for (const [index, frame] of frames.slice(0, 20).entries()) {
    assert.ok(Math.abs(meanOf(frame.getData()) - brightnessOf(index)) < 2, `frame ${index}`);
  }
  for (const frame of frames) frame.release();
});

Deno.test("VideoCapture.readAsync() has its Mat for itself", async () => {
  await using capture = await VideoCapture.open(clip);
  using frame = new Mat();
  const reading = capture.readAsync(frame);
  assert.throws(() => frame.rows, Deno.errors.Busy);
  await assert.rejects(capture.readAsync(frame), Deno.errors.Busy);
  assert.equal(await reading, true);
  assert.equal(frame.rows, 240);
});

Deno.test("VideoCapture.get() and set() refuse to disturb a read in flight", async () => {
  await using capture = await VideoCapture.open(clip);
  using frame = new Mat();
  const reading = capture.readAsync(frame);
  await Promise.resolve(); // now it has begun
  assert.throws(() => capture.get(CAP_PROP_FPS), Deno.errors.Busy);
  assert.throws(() => capture.set(CAP_PROP_FPS, 1), Deno.errors.Busy);
  assert.throws(() => capture.getBackendName(), Deno.errors.Busy);
  await reading;
  assert.equal(capture.get(CAP_PROP_FPS), 30);
});

Deno.test("VideoCapture.close() lets the read in flight end, and no other begin", async () => {
  const capture = await VideoCapture.open(clip);
  const frames = [new Mat(), new Mat(), new Mat()];
  const reads = frames.map((frame) => capture.readAsync(frame));
  await Promise.resolve(); // now the first has begun
  const closed = capture.close();
  const [first, ...rest] = await Promise.allSettled(reads);
  assert.equal(first!.status, "fulfilled");
  for (const read of rest) {
    assert.ok(read.status === "rejected" && read.reason instanceof Deno.errors.BadResource);
  }
  await closed;
  await capture.close();
  assert.throws(() => capture.get(CAP_PROP_FPS), {
    name: "BadResource",
    message: `Cannot use ${clip}: it was released`,
  });
  for (const frame of frames) frame.release();
});

Deno.test("VideoCapture.readAsync() survives the release of its Mat in mid-read", async () => {
  await using capture = await VideoCapture.open(clip);
  const frame = new Mat();
  const reading = capture.readAsync(frame);
  frame.release();
  assert.equal(await reading, true);
  assert.throws(() => frame.rows, Deno.errors.BadResource);
});

Deno.test("VideoCapture gives files and memory back: 300 times open, read, release", async () => {
  const round = async () => {
    for (let count = 0; count < 150; count++) {
      await using capture = await VideoCapture.open(clip);
      using frame = new Mat();
      assert.equal(await capture.readAsync(frame), true);
    }
  };
  await round();
  const before = Deno.memoryUsage().rss;
  await round();
  const grownMb = (Deno.memoryUsage().rss - before) / 2 ** 20;
  assert.ok(grownMb < 30, `grew by ${grownMb.toFixed(1)} MB`);
});

Deno.test("VideoCapture keeps stderr and stdout for us, whatever OpenCV and FFmpeg think", async () => {
  const torn = `${folder}/torn.avi`;
  const whole = await Deno.readFile(clip);
  await Deno.writeFile(torn, whole.fill(0x5a, whole.length / 2, whole.length / 2 + 3000));
  const { stdout, stderr, code } = await runScript(`
    import { Mat, VideoCapture } from "${moduleUrl("lib/opencv/mod.ts")}";
    await using capture = await VideoCapture.open("${torn}");
    using frame = new Mat();
    while (await capture.readAsync(frame));
    for (const source of ["${folder}/none", "/dev/null", 97, "rtsp://127.0.0.1:1/"]) {
      await VideoCapture.open(source).then(() => console.log("opened", source), () => {});
    }
  `);
  assert.deepEqual({ stdout, stderr, code }, { stdout: "", stderr: "", code: 0 });
});
