/** Several cameras of one host: each keeps its own rate, whatever becomes of the others. */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { FakeCamera } from "../support/fake_camera.ts";
import { makeFilm } from "../support/films.ts";
import { temporaryFolder } from "../support/folder.ts";
import { TestGuest } from "../support/peers.ts";
import { Program } from "../support/programs.ts";
import { until } from "../support/until.ts";

const SIX = ["a", "b", "c", "d", "e", "f"];

/** What six cameras of 15 frames/s have to reach: 5 % less would be 14.25. */
const ENOUGH_FPS = 14.5;

/** The rate is that of so long a time, in milliseconds. */
const SPAN_MS = 2000;

/** A guest of one camera that does nothing but count. */
class CountingGuest implements Disposable {
  readonly states: string[] = [];
  readonly #guest: TestGuest;
  readonly #cameAtMs: number[] = [];
  readonly #running: Promise<void>;

  private constructor(guest: TestGuest) {
    this.#guest = guest;
    this.#running = this.#run();
  }

  static async of(camera: string, port: number): Promise<CountingGuest> {
    const guest = await TestGuest.connect(port);
    await guest.send({ type: "hello", versions: [1], program: "test", camera });
    assert.equal((await guest.next("welcome")).camera, camera);
    return new CountingGuest(guest);
  }

  /** Frames a second in the last {@linkcode SPAN_MS}, none of them from before `sinceMs`. */
  fps(sinceMs: number): number {
    const nowMs = performance.now();
    if (nowMs - SPAN_MS < sinceMs) return 0;
    return this.#cameAtMs.filter((atMs) => atMs > nowMs - SPAN_MS).length / SPAN_MS * 1000;
  }

  async #run(): Promise<void> {
    for (;;) {
      const message = await this.#guest.receive().catch(() => undefined);
      switch (message?.type) {
        case undefined:
        case "bye":
          return;
        case "status":
          this.states.push([message.camera, message.why].join(" "));
          break;
        case "ping":
          await this.#guest.send({ ...message, type: "pong", t2: 1, t3: 1 });
          break;
        case "frame":
          this.#cameAtMs.push(performance.now());
          await this.#guest.send({ type: "ack", sequence: message.sequence });
      }
    }
  }

  [Symbol.dispose](): void {
    this.#guest[Symbol.dispose]();
  }
}

Deno.test("six cameras of one host keep their rate while three others hang, and one has ended", async () => {
  await using folder = await temporaryFolder();
  await using silent = FakeCamera.start(({ gone }) => gone);
  const film = `${folder.path}/film.avi`;
  await makeFilm(["-f", "lavfi", "-i", "testsrc=size=64x48:rate=10", "-frames:v", "5", film]);
  const test = { source: "test" };
  await Deno.writeTextFile(
    `${folder.path}/capturevideo.json`,
    JSON.stringify({
      ...{ width: 640, height: 480, fps: 15 },
      cameras: {
        ...Object.fromEntries(SIX.map((name) => [name, test])),
        turned: { ...test, width: 320, rotate: 90 },
        silent: { source: silent.url() },
        mute: { source: silent.url().replace("http", "rtsp") },
        stuck: { source: "gst:videotestsrc is-live=true ! valve drop=true" },
        film: { source: film },
        missing: { source: `${folder.path}/missing.avi` },
      },
    }),
  );
  await using host = Program.start("host", ["--port=0", "--no-preview", "--stats=json"], {
    directory: folder.path,
  });
  const port = await host.port();
  await host.line(
    /^host: warning: missing: Cannot open video file .*missing\.avi: there is no such/,
  );
  using guests = new DisposableStack();
  const join = async (name: string) => guests.use(await CountingGuest.of(name, port));
  const six = await Promise.all(SIX.map(join));
  const allKeepTheirRate = (what: string) => {
    const sinceMs = performance.now();
    return until(
      `14.5 frames/s of six cameras ${what}`,
      () => six.every((guest) => guest.fps(sinceMs) >= ENOUGH_FPS),
      { everyMs: 100 },
    );
  };
  await allKeepTheirRate("that are alone");

  const [hanging, mute, stuck, ending, missing] = await Promise.all(
    ["silent", "mute", "stuck", "film", "missing"].map(join),
  );
  const lost = (guest: CountingGuest | undefined, why: RegExp) =>
    until(`${why}`, () => guest!.states.some((state) => why.test(state)));
  await lost(hanging, /^lost Cannot open http:.*: no answer for 3 s/);
  await lost(mute, /^lost Cannot open rtsp:.*: no answer for 3 s/);
  await lost(stuck, /^lost Cannot (open|read) gst:.*: no (answer|picture) for 3 s/);
  await lost(ending, /^lost the video has ended$/);
  await lost(missing, /^lost Cannot open video file/);
  await allKeepTheirRate("beside those that are lost");

  const { cameras } = await host.hostReport(({ guests }) => guests.length === 11);
  assert.deepEqual(
    cameras.map(({ name, camera }) => `${name} ${camera}`),
    [
      ...SIX.map((name) => `${name} live`),
      ...["turned idle", "silent lost", "mute lost", "stuck lost", "film lost", "missing lost"],
    ],
  );

  let listed = "";
  const decoder = new TextDecoder();
  await Program.run("guest", [`127.0.0.1:${port}`, "--list"], {
    onOutput: (chunk) => listed += decoder.decode(chunk),
  });
  assert.match(listed, /^a {8}live {2}test pattern\n/);
  assert.match(listed, /^turned {3}idle {2}test$/m);
  const turned = await Program.run("guest", [
    ...[`127.0.0.1:${port}/turned`, "--no-window", "--frames=1", `--output=${folder.path}/1.jpeg`],
  ]);
  assert.equal(turned.code, 0);
  const unknown = await Program.run("guest", [`127.0.0.1:${port}/shed`, "--no-window"]);
  assert.deepEqual([unknown.code, unknown.words.at(-1)], [
    1,
    'guest: Cannot go on: the host says no camera is called "shed"; there are a, b, c, d, e, f, ' +
    "turned, silent and 4 more",
  ]);
});
