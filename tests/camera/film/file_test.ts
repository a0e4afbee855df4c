import assert from "node:assert/strict";
import "../../support/bridge.ts";
import { FileSource } from "../../../lib/camera/film/file.ts";
import {
  CAP_PROP_FPS,
  Mat,
  monotonicMicros,
  sleepUntil,
  VideoCapture,
} from "../../../lib/opencv/mod.ts";
import { captureVideoError } from "../../support/errors.ts";
import { FOUR_COLOURS, makeFilm, quartersOf } from "../../support/films.ts";
import { temporaryFolder } from "../../support/folder.ts";
import {
  NUMBERED_SIZE,
  numberedJpeg,
  numberFrom,
  writeNumberedVideo,
} from "../../support/numbered_pictures.ts";

const FRAMES = 8;
const FPS = 40;
const ONCE = { loop: false, fps: 30 };

/** Opens a video of so many numbered pictures, and removes it with the test. */
async function openVideo(
  stack: AsyncDisposableStack,
  { codec, ...options }: { codec?: string; loop: boolean },
): Promise<FileSource> {
  const folder = stack.use(await temporaryFolder());
  const path = `${folder.path}/numbered.avi`;
  await writeNumberedVideo(path, { frames: FRAMES, fps: FPS, ...codec ? { codec } : {} });
  return stack.use(await FileSource.open(path, { fps: 7, ...options }));
}

/** The next picture's number and time; `undefined` at the end. */
async function next(source: FileSource): Promise<{ number: number; micros: number } | undefined> {
  using picture = new Mat();
  const micros = await source.read(picture);
  if (micros === undefined) return undefined;
  const number = await numberFrom(source, picture);
  assert.ok(number !== undefined);
  return { number, micros };
}

Deno.test("FileSource.read() gives every picture in order, then nothing", async () => {
  await using stack = new AsyncDisposableStack();
  const source = await openVideo(stack, { loop: false });
  const numbers: number[] = [];
  for (let one = await next(source); one; one = await next(source)) numbers.push(one.number);
  assert.deepEqual(numbers, [0, 1, 2, 3, 4, 5, 6, 7]);
  assert.equal(await next(source), undefined);
});

Deno.test("FileSource.read() gives the JPEGs of a Motion JPEG file untouched", async () => {
  await using stack = new AsyncDisposableStack();
  const source = await openVideo(stack, { loop: true });
  assert.equal(source.pixelFormat, "mjpg");
  using jpeg = new Mat();
  for (let count = 0; count < FRAMES + 1; count++) {
    await source.read(jpeg);
    assert.deepEqual(jpeg.getData(), await numberedJpeg(count % FRAMES));
  }
});

Deno.test("FileSource.read() gives the pictures of a file of another codec decoded", async () => {
  await using stack = new AsyncDisposableStack();
  const source = await openVideo(stack, { loop: false, codec: "mpeg4" });
  assert.equal(source.pixelFormat, "bgr");
  for (let number = 0; number < FRAMES; number++) {
    assert.equal((await next(source))?.number, number);
  }
});

Deno.test("FileSource.read() begins again at the end where it is to loop", async () => {
  await using stack = new AsyncDisposableStack();
  const source = await openVideo(stack, { loop: true });
  for (let count = 0; count < 2 * FRAMES + 1; count++) {
    assert.equal((await next(source))?.number, count % FRAMES);
  }
});

Deno.test("FileSource.info tells the file's own size and rate", async () => {
  await using stack = new AsyncDisposableStack();
  const { info } = await openVideo(stack, { loop: false });
  assert.deepEqual({ width: info.width, height: info.height }, NUMBERED_SIZE);
  assert.deepEqual([info.fps, info.format], [FPS, "file"]);
  assert.match(info.description, /numbered\.avi$/);
});

Deno.test("FileSource.read() gives each picture at its time, not before", async () => {
  await using stack = new AsyncDisposableStack();
  const source = await openVideo(stack, { loop: false });
  const { micros: first } = (await next(source))!;
  for (let count = 1; count < FRAMES; count++) {
    const { micros } = (await next(source))!;
    assert.ok(monotonicMicros() >= micros, "before its time");
    assert.ok(micros >= first + count * 1e6 / FPS - 1, "earlier than the file's rate");
  }
});

Deno.test("FileSource.read() leaves nothing out for a reader that is late, and goes on from there", async () => {
  await using stack = new AsyncDisposableStack();
  const source = await openVideo(stack, { loop: false });
  await next(source);
  // Late by four pictures: the clock is what this source goes by.
  const late = monotonicMicros() + 4e6 / FPS;
  await sleepUntil(late);
  const second = (await next(source))!;
  assert.equal(second.number, 1);
  assert.ok(second.micros >= late, "the time of its showing");
  const third = (await next(source))!;
  assert.equal(third.number, 2);
  assert.ok(third.micros >= second.micros + 1e6 / FPS - 1, "no catching up");
});

/** Ten pictures at 25 a second, then five that stay for 200 ms each. */
const UNEVEN = [
  ...["-f", "lavfi", "-i", "testsrc=size=320x240:rate=25", "-frames:v", "15"],
  ...["-vf", "setpts='if(lt(N,10),N,10+(N-10)*5)/25/TB'", "-fps_mode", "passthrough"],
];

for (
  const [name, codec] of [
    ["uneven.mp4", ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-bf", "0"]],
    ["uneven.webm", ["-c:v", "libvpx"]],
    ["uneven.mkv", ["-c:v", "mjpeg"]],
    ["uneven.mov", ["-c:v", "mjpeg"]],
    ["uneven.avi", ["-c:v", "mjpeg"]],
  ] as const
) {
  Deno.test(`FileSource.read() gives each picture of ${name} at its own time`, async () => {
    await using folder = await temporaryFolder();
    const path = `${folder.path}/${name}`;
    await makeFilm([...UNEVEN, ...codec, path]);
    await using source = await FileSource.open(path, ONCE);
    using picture = new Mat();
    const times: number[] = [];
    for (let at = await source.read(picture); at !== undefined; at = await source.read(picture)) {
      times.push(at);
    }
    // FFmpeg 7 ends an MP4 in front of its last picture.
    assert.ok(times.length === 15 || times.length === 14, `${times.length} pictures`);
    // On a busy machine a picture may come late, and those behind it with it; never early.
    for (let at = 1; at < times.length; at++) {
      const gapMs = (times[at]! - times[at - 1]!) / 1000;
      assert.ok(gapMs > (at > 10 ? 199 : 39), `picture ${at} came after ${gapMs} ms`);
    }
  });
}

Deno.test("FileSource.read() tells a film that broke off on its way from one that has ended", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/half.mp4`;
  const made = ["-f", "lavfi", "-i", "testsrc=size=320x240:rate=50", "-frames:v", "200"];
  await makeFilm([...made, "-c:v", "mjpeg", "-movflags", "faststart", path]);
  await Deno.truncate(path, (await Deno.stat(path)).size / 4);
  const film = { description: "http://server/half.mp4", open: () => VideoCapture.open(path) };
  await using broken = await FileSource.play(film, await film.open(), ONCE);
  const readAll = async (source: FileSource) => {
    using picture = new Mat();
    while (await source.read(picture) !== undefined);
  };
  await assert.rejects(
    readAll(broken),
    captureVideoError("camera-lost", /^Cannot read http:\/\/server\/half\.mp4: it broke off$/),
  );
  await using local = await FileSource.open(path, ONCE);
  await readAll(local);
});

Deno.test("FileSource.read() plays a film of an absurd rate at the requested one", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/fast.mp4`;
  const made = ["-f", "lavfi", "-i", FOUR_COLOURS, "-frames:v", "6", "-c:v", "libx264"];
  await makeFilm([...made, "-vf", "setpts=N/90000/TB", "-r", "90000", path]);
  await using source = await FileSource.open(path, ONCE);
  assert.equal(source.info.fps, 30);
  using picture = new Mat();
  let before = await source.read(picture);
  for (let at = await source.read(picture); at !== undefined; at = await source.read(picture)) {
    assert.ok(at - before! > 33_000, `${at - before!} us`);
    before = at;
  }
});

Deno.test("FileSource.read() gives Motion JPEG undecoded, whatever its container calls it", async () => {
  await using folder = await temporaryFolder();
  for (const name of ["film.avi", "film.mov", "film.mp4", "film.mkv", "film.mjpeg"]) {
    const path = `${folder.path}/${name}`;
    await makeFilm(["-f", "lavfi", "-i", FOUR_COLOURS, "-frames:v", "2", "-c:v", "mjpeg", path]);
    await using source = await FileSource.open(path, ONCE);
    assert.equal(source.pixelFormat, "mjpg", name);
    using picture = new Mat();
    await source.read(picture);
    assert.deepEqual([...picture.getData().subarray(0, 2)], [0xff, 0xd8], name);
  }
});

Deno.test("FileSource.read() leaves to FFmpeg what only resembles Motion JPEG", async () => {
  await using folder = await temporaryFolder();
  for (const name of ["film.avi", "film.mov"]) {
    const path = `${folder.path}/${name}`;
    const input = ["-f", "lavfi", "-i", FOUR_COLOURS, "-frames:v", "2"];
    await makeFilm([...input, "-c:v", "jpegls", "-pix_fmt", "bgr24", path]);
    await using source = await FileSource.open(path, ONCE);
    using picture = new Mat();
    await source.read(picture);
    assert.equal(source.pixelFormat, "bgr", name);
    assert.equal(quartersOf(picture), "red blue lime white", name);
  }
});

Deno.test("FileSource.open() takes names that FFmpeg would take for something else", async () => {
  await using folder = await temporaryFolder();
  for (const name of ["2026-11-26T21:30:00.avi", "file:1.avi", "50%d.avi", "-clip.avi", "0.avi"]) {
    const path = `${folder.path}/${name}`;
    await writeNumberedVideo(`${folder.path}/plain.avi`, { frames: 1, fps: 25 });
    await Deno.rename(`${folder.path}/plain.avi`, path);
    const before = Deno.cwd();
    Deno.chdir(folder.path);
    try {
      await using source = await FileSource.open(name, ONCE);
      assert.equal(source.info.description, name);
      assert.equal((await next(source))?.number, 0, name);
    } finally {
      Deno.chdir(before);
    }
  }
});

Deno.test("FileSource.open() says what is there instead of a video", async () => {
  await using folder = await temporaryFolder();
  const at = (name: string) => `${folder.path}/${name}`;
  await Deno.writeTextFile(at("empty.mp4"), "");
  await Deno.writeTextFile(at("text.mp4"), "no video at all\n".repeat(500));
  await Deno.mkdir(at("folder.mp4"));
  const cases: [string, RegExp][] = [
    ["missing.mp4", /^Cannot open video file \S+: there is no such file; a camera is named by/],
    ["empty.mp4", /^Cannot open video file \S+: it is empty$/],
    [`${"x".repeat(300)}.mp4`, /^Cannot open video file \S+: the name is too long$/],
    ["folder.mp4", /^Cannot open video file \S+: it is a directory$/],
    ["text.mp4", /^Cannot open \S+: OpenCV finds no video in it$/],
  ];
  for (const [name, words] of cases) {
    await assert.rejects(
      FileSource.open(at(name), ONCE),
      captureVideoError("camera-unavailable", words),
    );
  }
});

Deno.test("FileSource.read() says that a file is gone which should begin again", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/numbered.avi`;
  await writeNumberedVideo(path, { frames: 1, fps: 100 });
  await using source = await FileSource.open(path, { loop: true, fps: 30 });
  await next(source);
  await Deno.remove(path);
  await assert.rejects(next(source), captureVideoError("camera-unavailable", /^Cannot open /));
});

Deno.test("FileSource.read() says that a file which should begin again has become another", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/numbered.avi`;
  await writeNumberedVideo(path, { frames: 1, fps: 100 });
  await using source = await FileSource.open(path, { loop: true, fps: 30 });
  await next(source);
  await writeNumberedVideo(path, { frames: 1, fps: 100, codec: "mpeg4" });
  await assert.rejects(
    next(source),
    captureVideoError("camera-lost", /it has another format now$/),
  );
});

Deno.test("FileSource.close() closes also the film that is being opened to begin again", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/numbered.avi`;
  await writeNumberedVideo(path, { frames: 1, fps: 100 });
  const again = Promise.withResolvers<VideoCapture>();
  const asked = Promise.withResolvers<void>();
  const open = () => {
    asked.resolve();
    return again.promise;
  };
  const film = { description: "http://server/film.avi", path, open };
  const first = await VideoCapture.open(path);
  const source = await FileSource.play(film, first, { loop: true, fps: 30 });
  await next(source);
  const reading = assert.rejects(
    next(source),
    captureVideoError("camera-lost", /^Cannot read http:\/\/server\/film\.avi: it was closed$/),
  );
  await asked.promise;
  const closing = source.close();
  await using capture = await VideoCapture.open(path);
  again.resolve(capture);
  await Promise.all([closing, reading]);
  assert.throws(() => capture.get(CAP_PROP_FPS), Deno.errors.BadResource);
});
