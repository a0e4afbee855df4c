import assert from "node:assert/strict";
import "../support/bridge.ts";
import { CameraFeed, REOPEN_AFTER_MS } from "../../lib/channel/camera_feed.ts";
import type { FrameSource } from "../../lib/camera/source.ts";
import { CaptureVideoError, UsageError } from "../../lib/flow/errors.ts";
import { FakeTime } from "../support/fake_time.ts";
import { isFreed, ScriptedSource } from "../support/scripted_source.ts";

const LINGER_MS = 5000;
const DEVICE_TIMEOUT_MS = 3000;
const REQUESTED = { description: "requested", width: 32, height: 24, fps: 30, format: "" };

/** A feed, every source that it opened, and what it said of them, in a time that is only told. */
class Stage implements AsyncDisposable {
  readonly time = new FakeTime();
  readonly sources: ScriptedSource[] = [];
  readonly said: string[] = [];
  readonly bugs: unknown[] = [];
  /** What the next attempt to open comes to, where it is not a working source. */
  next: Promise<FrameSource> | undefined;
  /** What the source is told to say its silence with. */
  tellSilence: (why: string) => void = () => {};
  readonly feed = new CameraFeed({
    source: {
      requested: REQUESTED,
      open: (onSilence) => {
        this.tellSilence = onSilence;
        return this.#open();
      },
    },
    lingerMs: LINGER_MS,
    deviceTimeoutMs: DEVICE_TIMEOUT_MS,
    report: {
      state: ({ camera, why }) => this.said.push(why ? `${camera}: ${why}` : camera),
      damaged: ({ message }) => this.said.push(message),
      bug: (error) => this.bugs.push(error),
    },
  });

  #open(): Promise<FrameSource> {
    const { next } = this;
    this.next = undefined;
    if (next) return next;
    const source = new ScriptedSource();
    this.sources.push(source);
    return Promise.resolve(source);
  }

  /** The source that was opened last. */
  get source(): ScriptedSource {
    const source = this.sources.at(-1);
    assert.ok(source, "nothing was opened");
    return source;
  }

  /** Captures pictures: of these times. */
  async capture(...timesMicros: number[]): Promise<void> {
    for (const micros of timesMicros) {
      await this.time.advance(0);
      this.source.give(micros);
    }
    await this.time.advance(0);
  }

  /** Closes the feed; then everything must have been freed. */
  async [Symbol.asyncDispose](): Promise<void> {
    using _time = this.time;
    await this.time.advance(0);
    const closing = this.feed[Symbol.asyncDispose]();
    for (const source of this.sources) if (source.asked) source.give(0);
    await this.time.advance(DEVICE_TIMEOUT_MS);
    await closing;
    for (const source of this.sources) {
      assert.ok(source.closed, "a source was left open");
      for (const mat of source.mats) assert.ok(isFreed(mat), "a Mat was not freed");
    }
    assert.equal(this.time.waiting, 0, "a timer was left");
  }
}

Deno.test("CameraFeed opens the source when it is wanted, not before, and once", async () => {
  await using stage = new Stage();
  await stage.time.advance(60_000);
  assert.deepEqual([stage.feed.open, stage.sources.length], [false, 0]);
  assert.equal(stage.feed.info, REQUESTED);
  using _one = stage.feed.want();
  using _other = stage.feed.want();
  assert.equal(stage.feed.open, true);
  await stage.capture(100);
  assert.equal(stage.sources.length, 1);
  assert.equal(stage.feed.info.description, "script");
  assert.deepEqual(stage.said, ["live"]);
  assert.equal(stage.feed.captured, 1);
});

Deno.test("CameraFeed.frames holds the newest picture only, and three Mats go round", async () => {
  await using stage = new Stage();
  using _wanted = stage.feed.want();
  await stage.capture(1, 2, 3, 4, 5);
  const frame = await stage.feed.frames.next();
  assert.equal(frame?.capturedAtMicros, 5);
  assert.equal(frame?.pixelFormat, "bgr");
  assert.equal(stage.feed.frames.replaced, 4);
  await stage.capture(6, 7, 8);
  frame?.release();
  await stage.capture(9, 10);
  assert.equal(stage.source.mats.size, 3);
});

Deno.test("CameraFeed.want() tells how the camera is, then and at each change, until it is let go", async () => {
  await using stage = new Stage();
  const heard: string[][] = [[], []];
  const listen = (index: number) =>
    stage.feed.want({ state: ({ camera }) => void heard[index]!.push(camera) });
  const one = listen(0);
  await stage.capture(1);
  using _other = listen(1);
  one[Symbol.dispose]();
  stage.source.lose();
  await stage.time.advance(0);
  assert.deepEqual(heard, [["starting", "live"], ["live", "lost"]]);
});

Deno.test("CameraFeed closes the source a while after the last one let go", async () => {
  await using stage = new Stage();
  const one = stage.feed.want();
  const other = stage.feed.want();
  await stage.capture(1);
  one[Symbol.dispose]();
  one[Symbol.dispose]();
  await stage.time.advance(2 * LINGER_MS % DEVICE_TIMEOUT_MS);
  assert.equal(stage.feed.open, true);
  other[Symbol.dispose]();
  for (let passed = 1000; passed < LINGER_MS; passed += 1000) {
    await stage.time.advance(1000);
    await stage.capture(passed);
    assert.equal(stage.feed.open, true, `after ${passed} ms`);
  }
  await stage.time.advance(1000);
  await stage.capture(2);
  assert.deepEqual([stage.feed.open, stage.source.closed], [false, true]);
});

Deno.test("CameraFeed keeps the source open for one that comes while it lingers", async () => {
  await using stage = new Stage();
  stage.feed.want()[Symbol.dispose]();
  await stage.capture(1);
  await stage.time.advance(DEVICE_TIMEOUT_MS - 1);
  using _again = stage.feed.want();
  for (let passed = 0; passed < 2 * LINGER_MS; passed += 1000) {
    await stage.capture(passed);
    await stage.time.advance(1000);
  }
  assert.deepEqual([stage.sources.length, stage.feed.open], [1, true]);
});

Deno.test("CameraFeed opens the source anew for one that comes when it is closed", async () => {
  await using stage = new Stage();
  stage.feed.want()[Symbol.dispose]();
  await stage.capture(1, 2);
  await stage.time.advance(DEVICE_TIMEOUT_MS - 1);
  await stage.capture(3);
  await stage.time.advance(LINGER_MS - DEVICE_TIMEOUT_MS + 1);
  await stage.capture(4);
  assert.ok(stage.source.closed);

  using _again = stage.feed.want();
  await stage.capture(5);
  assert.equal(stage.sources.length, 2);
  assert.deepEqual(stage.said, ["live", "starting", "live"]);
});

Deno.test("CameraFeed says that the camera is lost, and opens it again every second", async () => {
  await using stage = new Stage();
  using _wanted = stage.feed.want();
  await stage.capture(1);
  const refusal = Promise.reject(
    new CaptureVideoError("camera-unavailable", "Cannot open script: it is unplugged"),
  );
  refusal.catch(() => {});
  stage.next = refusal;
  stage.source.lose();
  await stage.time.advance(REOPEN_AFTER_MS - 1);
  assert.equal(stage.source.closed, true);
  assert.equal(stage.feed.state.camera, "lost");
  await stage.time.advance(REOPEN_AFTER_MS);
  assert.equal(stage.sources.length, 1, "it was refused");
  await stage.time.advance(REOPEN_AFTER_MS);
  assert.equal(stage.sources.length, 2);
  await stage.capture(2);
  assert.deepEqual(stage.said, [
    "live",
    "lost: Cannot read script: it is unplugged",
    "lost: Cannot open script: it is unplugged",
    "live",
  ]);
  assert.equal(stage.feed.captured, 2);
});

Deno.test("CameraFeed tells of a picture that could not be decoded, and reads the next", async () => {
  await using stage = new Stage();
  using _wanted = stage.feed.want();
  await stage.capture(1);
  stage.source.give(new CaptureVideoError("damaged-jpeg", "Cannot decode a JPEG"));
  await stage.capture(2);
  assert.deepEqual(stage.said, ["live", "Cannot decode a JPEG"]);
  assert.deepEqual([stage.sources.length, stage.feed.captured], [1, 2]);
});

Deno.test("CameraFeed is not live before a whole picture, nor for long without one", async () => {
  await using stage = new Stage();
  using _wanted = stage.feed.want();
  const damage = new CaptureVideoError("damaged-jpeg", "Cannot decode a JPEG");
  const states: string[] = [];
  const breakFor = async (seconds: number) => {
    for (let broken = 0; broken < seconds * 10; broken++) {
      await stage.time.advance(0);
      stage.source.give(damage);
      await stage.time.advance(100);
    }
    states.push(stage.feed.state.camera);
  };
  await breakFor(1);
  await breakFor(9);
  await stage.capture(1);
  await breakFor(DEVICE_TIMEOUT_MS / 1000 - 1);
  await breakFor(9);
  await stage.capture(2);
  assert.deepEqual(states, ["starting", "starting", "live", "lost"]);
  assert.deepEqual(stage.said.filter((line) => line !== damage.message), [
    "starting: no whole picture: Cannot decode a JPEG",
    "live",
    "lost: no whole picture: Cannot decode a JPEG",
    "live",
  ]);
  assert.equal(stage.sources.length, 1);
});

Deno.test("CameraFeed takes a camera for lost that hangs, and opens it again", async () => {
  await using stage = new Stage();
  using _wanted = stage.feed.want();
  await stage.capture(1);
  await stage.time.advance(DEVICE_TIMEOUT_MS);
  assert.deepEqual(stage.said.at(-1), "lost: Cannot read script: no picture for 3 s");
  await stage.time.advance(REOPEN_AFTER_MS);
  await stage.capture(2);
  assert.equal(stage.sources.length, 2);
  assert.deepEqual(stage.said.at(-1), "live");
});

Deno.test("CameraFeed waits as long as the source has it, and longer than the device timeout", async () => {
  await using stage = new Stage();
  using _wanted = stage.feed.want();
  await stage.capture(1);
  stage.source.patienceMs = 15_000;
  await stage.capture(2);
  await stage.time.advance(14_500);
  assert.deepEqual(stage.said, ["live"]);
  await stage.time.advance(500);
  assert.deepEqual(stage.said.at(-1), "lost: Cannot read script: no picture for 15 s");
});

Deno.test("CameraFeed tells that a source is silent while it is opened, and takes it all the same", async () => {
  await using stage = new Stage();
  const opening = Promise.withResolvers<FrameSource>();
  stage.next = opening.promise;
  const wanted = stage.feed.want();
  await stage.time.advance(0);
  stage.tellSilence("Cannot open script: no answer for 3 s");
  assert.deepEqual(stage.said, ["lost: Cannot open script: no answer for 3 s"]);
  await stage.time.advance(60_000);
  assert.deepEqual([stage.said.length, stage.sources.length], [1, 0]);
  const source = new ScriptedSource();
  stage.sources.push(source);
  opening.resolve(source);
  await stage.capture(1);
  assert.deepEqual(stage.said.at(-1), "live");
  // Nobody wants it any more, nor what it says.
  wanted[Symbol.dispose]();
  await stage.time.advance(LINGER_MS);
  stage.tellSilence("Cannot open script: nobody asked");
  assert.ok(!stage.said.join().includes("nobody asked"));
});

Deno.test("CameraFeed tells no password, whatever an error says", async () => {
  await using stage = new Stage();
  const refusal = Promise.reject(
    new CaptureVideoError("camera-unavailable", "Cannot open rtsp://me:se#cret@10.0.0.7/: no"),
  );
  refusal.catch(() => {});
  stage.next = refusal;
  using _wanted = stage.feed.want();
  await stage.time.advance(0);
  assert.deepEqual(stage.said, ["lost: Cannot open rtsp://10.0.0.7/: no"]);
});

Deno.test("CameraFeed frees the Mat of a read that hung, once that has ended, however it does", async () => {
  for (const outcome of [5, undefined, new Error("gone")]) {
    await using stage = new Stage();
    using _wanted = stage.feed.want();
    await stage.capture(1);
    await stage.time.advance(DEVICE_TIMEOUT_MS);
    const { source } = stage;
    source.give(outcome);
    await stage.time.advance(0);
    const [waiting, hung] = source.mats;
    assert.equal(stage.feed.frames.take()?.mat, waiting);
    assert.ok(isFreed(hung!));
    waiting!.release();
  }
});

Deno.test("CameraFeed.frames ends with the file, behind its last picture", async () => {
  await using stage = new Stage();
  using _wanted = stage.feed.want();
  await stage.capture(1);
  stage.source.give(undefined);
  await stage.time.advance(0);
  const last = await stage.feed.frames.next();
  assert.equal(last?.capturedAtMicros, 1);
  last?.release();
  assert.equal(await stage.feed.frames.next(), undefined);
  using _late = stage.feed.want();
  await stage.time.advance(LINGER_MS);
  assert.equal(stage.sources.length, 1, "what has ended is not opened again");
});

Deno.test("CameraFeed[asyncDispose]() does not wait for a source that does not open", async () => {
  await using stage = new Stage();
  const opening = Promise.withResolvers<FrameSource>();
  stage.next = opening.promise;
  using _wanted = stage.feed.want();
  await stage.time.advance(0);
  await stage.feed[Symbol.asyncDispose]();
  const late = new ScriptedSource();
  opening.resolve(late);
  await stage.time.advance(0);
  assert.ok(late.closed, "what opens too late is closed");
});

for (
  const [what, error, why] of [
    ["a control that the camera lacks", new UsageError("Cannot set zoom: …"), "Cannot set zoom: …"],
    [
      "an error of the system",
      new Deno.errors.PermissionDenied("(os error 13)"),
      "Cannot read the camera: the system does not permit it",
    ],
    ["a bug", new TypeError("x is undefined"), "TypeError: x is undefined"],
  ] as const
) {
  Deno.test(`CameraFeed takes a camera for lost that comes back with ${what}`, async () => {
    await using stage = new Stage();
    using _wanted = stage.feed.want();
    await stage.capture(100);
    stage.source.lose();
    await stage.time.advance(0);
    for (let i = 0; i < 3; i++) {
      stage.next = Promise.reject(error);
      stage.next.catch(() => {});
      await stage.time.advance(REOPEN_AFTER_MS);
    }
    assert.deepEqual(stage.said.slice(2), [`lost: ${why}`], "it is told once");
    assert.equal(stage.bugs.length, error instanceof TypeError ? 3 : 0);
    await stage.time.advance(REOPEN_AFTER_MS);
    await stage.capture(200);
    assert.equal(stage.said.at(-1), "live");
  });
}

Deno.test("CameraFeed takes a camera for lost in which a bug shows, and closes it", async () => {
  await using stage = new Stage();
  using _wanted = stage.feed.want();
  await stage.capture(100);
  stage.source.give(new TypeError("x is undefined"));
  await stage.time.advance(REOPEN_AFTER_MS);
  await stage.capture(200);
  assert.deepEqual(stage.said, ["live", "lost: TypeError: x is undefined", "live"]);
  assert.equal(stage.bugs.length, 1);
});

Deno.test("CameraFeed.info is what a picture can have, whatever the driver says", async () => {
  for (
    const [said, told] of [
      [{ width: NaN, height: -1, fps: NaN }, { width: 0, height: 0, fps: 0 }],
      [{ width: 1e6, height: 240.5, fps: -25 }, { width: 0, height: 240, fps: 0 }],
      [{ width: 0xffff, height: 0, fps: Infinity }, { width: 0xffff, height: 0, fps: 0 }],
    ]
  ) {
    await using stage = new Stage();
    const source = new ScriptedSource();
    Object.assign(source.info, said);
    stage.sources.push(source);
    stage.next = Promise.resolve(source);
    using _wanted = stage.feed.want();
    await stage.time.advance(0);
    assert.deepEqual(stage.feed.info, { ...source.info, ...told });
  }
});
