/**
 * The test source: a moving picture that tells which frame it is and when it was captured.
 *
 * @module
 */

import { setImmediate as nextTurn } from "node:timers/promises";
import {
  getTextSize,
  type JpegEncodeOptions,
  type JpegEncoder,
  Mat,
  monotonicMicros,
  type Point,
  type Rect,
  sleepUntil,
} from "../opencv/mod.ts";
import type { SourceDescription } from "../protocol/messages.ts";
import { drawFrameNumber, STRIP_ROWS } from "./frame_number.ts";
import type { CapturedPicture, FrameSource, SourceOptions } from "./source.ts";

/**
 * A camera that films a clock.
 *
 * - Time: frame n is captured n / fps seconds after the zero of the machine's monotonic clock, so
 *   that any program on this machine can tell a picture's age from its pixels alone.
 * - Ownership: a Mat that was read into and comes back is taken to hold what was drawn on it then.
 * - Loss: a frame whose time passed while nobody was reading is never drawn; its number is missing.
 */
export class PatternSource implements FrameSource {
  readonly info: SourceDescription;
  readonly pixelFormat = "bgr";
  readonly #background: Mat;
  readonly #options: SourceOptions;
  /** What was drawn on each Mat, by its rectangles: a whole copy costs several times as much. */
  readonly #drawn = new WeakMap<Mat, Rect[]>();

  /** @param options size in pixels and frames a second */
  constructor(options: SourceOptions) {
    this.#options = options;
    this.info = { description: "test pattern", format: "bgr", ...options };
    this.#background = drawBackground(options);
  }

  /**
   * Waits for the next frame's time. The frame is drawn ahead, once the one before is on its way: a
   * camera's picture is ready at its time.
   */
  async read(into: Mat): Promise<number> {
    const index = await this.#drawNext(into);
    await sleepUntil(this.#timeOf(index));
    return this.#timeOf(this.#catchUp(into, index));
  }

  /** Waits for the next frame's time as {@linkcode read} does, and compresses it. */
  async readCompressed(
    into: Mat,
    encoder: JpegEncoder,
    options: JpegEncodeOptions,
  ): Promise<CapturedPicture> {
    const compress = async (capturedAtMicros: number): Promise<CapturedPicture> => {
      const startMicros = Math.max(capturedAtMicros, monotonicMicros());
      const jpeg = await encoder.encode(into, { ...options, notBeforeMicros: capturedAtMicros });
      const tookMs = (monotonicMicros() - startMicros) / 1000;
      return { capturedAtMicros, compressed: { jpeg, tookMs } };
    };
    const index = await this.#drawNext(into);
    const picture = await compress(this.#timeOf(index));
    const current = this.#catchUp(into, index);
    return current === index ? picture : await compress(this.#timeOf(current));
  }

  /** Frees the background. */
  close(): Promise<void> {
    this.#background.release();
    return Promise.resolve();
  }

  /** Frees the background. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Draws the next frame ahead of its time, and tells which it is. */
  async #drawNext(picture: Mat): Promise<number> {
    await nextTurn();
    const index = this.#current() + 1;
    this.#draw(picture, index);
    return index;
  }

  /** Draws the current frame where the time of a later one than `index` has come; tells which it is. */
  #catchUp(picture: Mat, index: number): number {
    const current = this.#current();
    if (current <= index) return index;
    this.#draw(picture, current);
    return current;
  }

  #current(): number {
    return Math.floor(monotonicMicros() * this.#options.fps / 1e6);
  }

  #timeOf(index: number): number {
    return index * 1e6 / this.#options.fps;
  }

  #draw(picture: Mat, index: number): void {
    const { width, height, fps } = this.#options;
    const seconds = index / fps;
    this.#restore(picture);

    const radius = Math.round(height / 18);
    const top = STRIP_ROWS + radius;
    const ball = {
      x: Math.round(bounce(seconds * width / 3, radius, width - radius)),
      y: Math.round(bounce(seconds * height / 2, top, height - radius)),
    };
    picture.drawCircle(ball, radius, [40, 200, 255]);

    const hub = { x: Math.round(width / 2), y: Math.round(height / 2) };
    const reach = Math.round(height / 5);
    const angle = 2 * Math.PI * seconds / 4;
    const tip = {
      x: Math.round(hub.x + reach * Math.sin(angle)),
      y: Math.round(hub.y - reach * Math.cos(angle)),
    };
    picture.drawLine(hub, tip, [255, 255, 255], Math.max(1, Math.round(height / 240)));

    const text = `${new Date().toISOString().slice(0, 23).replace("T", " ")}  frame ${index}`;
    const origin = { x: Math.round(height / 36), y: Math.round(height * 0.95) };
    const font = { fontScale: height / 720, color: [255, 255, 255] } as const;
    const { size, baseLine } = getTextSize(text, font);
    picture.putText(text, origin, font);
    drawFrameNumber(picture, index % 2 ** 32);

    this.#drawn.set(picture, [
      around(ball, ball, radius + 1),
      around(hub, tip, Math.ceil(height / 240)),
      around({ x: origin.x, y: origin.y - size.height }, {
        x: origin.x + size.width,
        y: origin.y + baseLine,
      }, 2),
    ]);
  }

  /** Takes off what was drawn on a Mat when it was here before; the rest of it is background. */
  #restore(picture: Mat): void {
    const drawn = this.#drawn.get(picture);
    if (!drawn) return this.#background.copyTo(picture);
    for (const part of drawn) this.#background.copyPartTo(picture, part);
  }
}

const BARS: [number, number, number][] = [
  [192, 192, 192],
  [0, 192, 192],
  [192, 192, 0],
  [0, 192, 0],
  [192, 0, 192],
  [0, 0, 192],
  [192, 0, 0],
];

/** Colour bars above, and below a field of discs with about as much detail as a filmed room. */
function drawBackground({ width, height }: SourceOptions): Mat {
  const picture = new Mat(height, width);
  for (const [index, color] of BARS.entries()) {
    const left = Math.floor(index * width / BARS.length);
    const right = Math.floor((index + 1) * width / BARS.length) - 1;
    picture.drawRectangle({ x: left, y: 0 }, { x: right, y: height - 1 }, color);
  }
  const random = randomNumbers(1);
  const discs = Math.round(height / 2);
  for (let disc = 0; disc < discs; disc++) {
    const center = { x: random(width), y: Math.round(height * 0.5) + random(height * 0.4) };
    picture.drawCircle(center, 2 + random(height / 36), [random(256), random(256), random(256)]);
  }
  const foot = Math.round(height * 0.91);
  picture.drawRectangle({ x: 0, y: foot }, { x: width - 1, y: height - 1 }, [
    24,
    24,
    24,
  ]);
  return picture;
}

/** The rectangle from one point to the other, with a margin. */
function around(one: Point, other: Point, margin: number): Rect {
  const x = Math.min(one.x, other.x) - margin;
  const y = Math.min(one.y, other.y) - margin;
  return {
    x,
    y,
    width: Math.max(one.x, other.x) + margin + 1 - x,
    height: Math.max(one.y, other.y) + margin + 1 - y,
  };
}

/** Walks to and fro between two bounds. */
function bounce(distance: number, low: number, high: number): number {
  const span = Math.max(1, high - low);
  const phase = distance % (2 * span);
  return low + (phase < span ? phase : 2 * span - phase);
}

/** Whole numbers below a limit, the same ones in every run (a linear congruential generator). */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
}
