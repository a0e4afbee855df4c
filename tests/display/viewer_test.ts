/** The guest's window on a real display, with pictures from the test. */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { Viewer, type ViewerOptions } from "../../lib/display/viewer.ts";
import { LatestSlot } from "../../lib/flow/latest_slot.ts";
import { type LinkState, type Picture, UNKNOWN_TIME } from "../../lib/guest/picture.ts";
import { windows } from "../../lib/opencv/ffi.ts";
import { Mat } from "../../lib/opencv/mod.ts";
import { until } from "../support/until.ts";
import { pressKey, screenshot, startXvfb, type Xvfb } from "../support/xvfb.ts";

// Once loaded it stays, which would be taken for a leak of the test that came first.
windows();

const RED = [0, 0, 255] as const;
const BLUE = [255, 0, 0] as const;
const SIZE = { rows: 120, cols: 160 };
/** What each look at the clock takes, in microseconds. */
const TICK_MICROS = 1000;

/** A viewer on a display of its own, in a time that goes on by each look at it. */
class Stage implements AsyncDisposable {
  readonly viewer: Viewer;
  readonly released: number[] = [];
  readonly running: Promise<void>;
  link: LinkState = { state: "live", why: "" };
  nowMicros = 1_000_000_000;
  closed = 0;
  readonly #xvfb: Xvfb;
  readonly #pictures = new LatestSlot<Picture>({ discard: (picture) => picture.release() });
  readonly #mats: Mat[] = [];

  private constructor(xvfb: Xvfb, options: Partial<ViewerOptions>) {
    this.#xvfb = xvfb;
    const linkNow = () => this.link;
    const before = Deno.env.get("DISPLAY");
    Deno.env.set("DISPLAY", xvfb.display);
    this.viewer = new Viewer({
      name: "image",
      feed: {
        get link() {
          return linkNow();
        },
      },
      now: () => this.nowMicros += TICK_MICROS,
      overlay: false,
      maxAgeMs: 1000,
      onClose: () => this.closed++,
      onLost: (error) => {
        throw error;
      },
      ...options,
    });
    if (before === undefined) Deno.env.delete("DISPLAY");
    else Deno.env.set("DISPLAY", before);
    this.running = this.#offerAll();
  }

  async #offerAll(): Promise<void> {
    const pictures = this.#pictures;
    for (let next = await pictures.next(); next; next = await pictures.next()) {
      this.viewer.offer(next);
    }
  }

  static async set(options: Partial<ViewerOptions> = {}): Promise<Stage> {
    return new Stage(await startXvfb("640x480x24"), options);
  }

  /** Gives the viewer a picture of one colour. */
  put(number: number, color: readonly [number, number, number], capturedAtMicros?: number): void {
    const mat = new Mat(SIZE.rows, SIZE.cols);
    mat.setTo(color);
    this.#mats.push(mat);
    this.#pictures.put({
      mat,
      capturedAtMicros,
      jpegBytes: 1000,
      jpeg: () => Promise.resolve(Uint8Array.of(number)),
      release: () => void this.released.push(number),
    });
  }

  /** Waits until this colour is in the window's corner, blue, green, red. */
  async shows([blue, green, red]: readonly [number, number, number]): Promise<void> {
    await until(`the colour ${blue}, ${green}, ${red}`, async () => {
      return (await this.#corner()).join() === [red, green, blue].join();
    });
  }

  /** Waits until what is in the window's corner is greyed: neither red nor blue stands out. */
  async isGreyed(): Promise<void> {
    await until("a grey picture", async () => {
      const [red, , blue] = await this.#corner();
      return Math.abs(red! - blue!) < 60;
    });
  }

  press(key: string): Promise<void> {
    return pressKey(this.#xvfb.display, "image", key);
  }

  async #corner(): Promise<number[]> {
    const { rgb, width } = await screenshot(this.#xvfb.display);
    const at = (2 * width + 2) * 3;
    return [...rgb.subarray(at, at + 3)];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#pictures.close();
    await this.running;
    this.viewer[Symbol.dispose]();
    for (const mat of this.#mats) mat.release();
    await this.#xvfb[Symbol.asyncDispose]();
  }
}

Deno.test("Viewer shows each picture, and gives it back when the next one is there", async () => {
  const stage = await Stage.set();
  stage.put(1, RED, stage.nowMicros);
  await stage.shows(RED);
  assert.deepEqual([stage.viewer.shown, stage.released], [1, []]);
  stage.put(2, BLUE, stage.nowMicros);
  await stage.shows(BLUE);
  assert.deepEqual([stage.viewer.shown, stage.released], [2, [1]]);
  await stage[Symbol.asyncDispose]();
  assert.deepEqual(stage.released, [1, 2]);
});

Deno.test("Viewer takes a picture's age when it is on screen, and when it was handed over", async () => {
  await using stage = await Stage.set();
  const capturedAtMicros = stage.nowMicros - 5000;
  stage.put(1, RED, capturedAtMicros);
  await until("the picture", () => stage.viewer.shown === 1);
  const age = stage.viewer.figures.ageMs.take()!;
  const handOver = stage.viewer.figures.handOverAgeMs.take()!;
  assert.ok(handOver.max > 5);
  // One look at the clock lies between: the one behind the drawing.
  assert.equal(age.max - handOver.max, TICK_MICROS / 1000);
  const now = stage.nowMicros;
  assert.equal(stage.viewer.figures.pictureAgeMs, (now + TICK_MICROS - capturedAtMicros) / 1000);
  assert.equal(stage.viewer.figures.stale, 0);
});

Deno.test("Viewer greys a picture that is too old or of unknown age, until a fresh one comes", async () => {
  await using stage = await Stage.set();
  stage.put(1, RED, stage.nowMicros - 2_000_000);
  await stage.isGreyed();
  stage.put(2, RED, stage.nowMicros);
  await stage.shows(RED);
  stage.put(3, BLUE, UNKNOWN_TIME);
  await stage.isGreyed();
  assert.equal(stage.viewer.figures.pictureAgeMs, undefined);
  assert.equal(stage.viewer.figures.stale, 2);
  // Of the three, one has an age that says nothing.
  assert.equal(stage.viewer.figures.ageMs.take()?.max.toFixed(0), "2002");
});

Deno.test("Viewer takes a picture whose host tells no time for what it is", async () => {
  await using stage = await Stage.set();
  stage.put(1, RED);
  await stage.shows(RED);
  assert.deepEqual([stage.viewer.figures.stale, stage.viewer.figures.ageMs.take()], [0, undefined]);
});

Deno.test("Viewer greys a picture that has grown old, and one of a camera that is lost", async () => {
  await using stage = await Stage.set();
  stage.put(1, RED, stage.nowMicros);
  await stage.shows(RED);
  stage.nowMicros += 5_000_000;
  await stage.isGreyed();
  stage.put(2, BLUE, stage.nowMicros);
  await stage.shows(BLUE);
  stage.link = { state: "lost", why: "it was unplugged" };
  stage.nowMicros += 300_000;
  await stage.isGreyed();
});

Deno.test("Viewer shows nothing new while it is paused, and gives back what comes", async () => {
  await using stage = await Stage.set();
  stage.put(1, RED, stage.nowMicros);
  await stage.shows(RED);
  await stage.press("space");
  await stage.isGreyed();
  stage.put(2, BLUE, stage.nowMicros);
  await until("its return", () => stage.released.length === 1);
  assert.deepEqual([stage.released, stage.viewer.shown], [[2], 1]);
  await stage.press("space");
  await stage.shows(RED);
  stage.put(3, BLUE, stage.nowMicros);
  await stage.shows(BLUE);
  await stage.press("q");
  await until("the end", () => stage.closed === 1);
});
