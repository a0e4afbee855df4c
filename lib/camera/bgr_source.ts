/**
 * A source whose pictures can be drawn on: decoded, turned, mirrored and stamped as requested.
 *
 * @module
 */

import * as cv from "../opencv/mod.ts";
import { ClosableSource, type FrameSource, type SourceInfo, type Turn } from "./source.ts";

/** What is done to each picture, in this order. */
export interface PictureTransform {
  /** Degrees clockwise. */
  rotate: Turn;
  /** `h` swaps left and right, `v` top and bottom. */
  flip: "none" | "h" | "v";
  /** Whether date and time of capture are written on it. */
  timestamp: boolean;
}

const ROTATIONS = {
  90: cv.ROTATE_90_CLOCKWISE,
  180: cv.ROTATE_180,
  270: cv.ROTATE_90_COUNTERCLOCKWISE,
} as const;

/** Wraps a source, which it owns from then on, and delivers BGR. */
export class BgrSource extends ClosableSource implements FrameSource {
  readonly info: SourceInfo;
  readonly pixelFormat = "bgr";
  readonly #source: FrameSource;
  readonly #transform: PictureTransform;
  readonly #turn: Turn;
  readonly #decoder = new cv.JpegDecoder();
  /** The picture as it comes, and between the steps. */
  readonly #raw = new cv.Mat();
  readonly #steps = [new cv.Mat(), new cv.Mat()] as const;

  constructor(source: FrameSource, transform: PictureTransform) {
    super();
    this.#source = source;
    this.#transform = transform;
    this.#turn = ((source.turn ?? 0) + transform.rotate) % 360 as Turn;
    const { width, height } = source.info;
    const upright = transform.rotate % 180 === 0;
    this.info = {
      ...source.info,
      width: upright ? width : height,
      height: upright ? height : width,
    };
  }

  get patienceMs(): number {
    return this.#source.patienceMs ?? 0;
  }

  async read(into: cv.Mat): Promise<number | undefined> {
    const capturedAtMicros = await this.#source.read(this.#raw);
    if (capturedAtMicros === undefined) return undefined;
    const { flip, timestamp } = this.#transform;
    const turn = this.#turn;
    const [first, second] = this.#steps;
    const turns = turn !== 0;
    const flips = flip !== "none";

    await this.#toBgr(turns || flips ? first : into);
    if (turns) first.rotateTo(flips ? second : into, ROTATIONS[turn]);
    if (flips) {
      (turns ? second : first).flipTo(into, flip === "h" ? cv.FLIP_HORIZONTAL : cv.FLIP_VERTICAL);
    }
    if (timestamp) drawTimestamp(into);
    return capturedAtMicros;
  }

  async close(): Promise<void> {
    await this.#source.close();
    await this.#decoder.close();
    for (const mat of [this.#raw, ...this.#steps]) mat.release();
  }

  async #toBgr(into: cv.Mat): Promise<void> {
    const { pixelFormat } = this.#source;
    switch (pixelFormat) {
      case "bgr":
        return this.#raw.copyTo(into);
      case "mjpg":
        return await this.#decoder.decode(this.#raw.getData(), into);
      default:
        return cv.yuvToBgr(this.#raw, pixelFormat, into);
    }
  }
}

/** Date and time in white on black: legible on any picture. */
function drawTimestamp(picture: cv.Mat): void {
  const text = new Date().toISOString().slice(0, 23).replace("T", " ") + " UTC";
  const fontScale = picture.rows / 900;
  const origin = {
    x: Math.round(picture.rows / 60),
    y: picture.rows - Math.round(picture.rows / 40),
  };
  const thickness = Math.max(1, Math.round(fontScale * 2));
  picture.putText(text, origin, { fontScale, thickness: thickness * 3, color: [0, 0, 0] });
  picture.putText(text, origin, { fontScale, thickness });
}
