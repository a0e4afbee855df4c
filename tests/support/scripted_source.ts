/**
 * A camera that does what the test says.
 *
 * @module
 */

import type { FrameSource, PixelFormat } from "../../lib/camera/source.ts";
import { CaptureVideoError } from "../../lib/flow/errors.ts";
import { CV_8UC1, Mat } from "../../lib/opencv/mod.ts";

/** What a read comes to: when the picture was captured, the end of a file, or a fault. */
type Outcome = number | undefined | Error;

/**
 * A source whose every read waits until the test lets it go on.
 *
 * - Mats: each that it was ever given is kept, so that a test can see whether it was freed.
 * - Close: as with a real camera, it takes until the read under way has ended.
 */
export class ScriptedSource implements FrameSource {
  readonly info = { description: "script", width: 32, height: 24, fps: 30, format: "script" };
  readonly pixelFormat: PixelFormat = "bgr";
  patienceMs = 0;
  /** Every Mat that was read into. */
  readonly mats = new Set<Mat>();
  /** Whether it is closed, or about to be. */
  closed = false;
  #read: PromiseWithResolvers<Outcome> | undefined;

  /** Waits for the test. */
  async read(into: Mat): Promise<number | undefined> {
    this.mats.add(into);
    this.#read = Promise.withResolvers();
    const outcome = await this.#read.promise;
    this.#read = undefined;
    if (outcome instanceof Error) throw outcome;
    if (outcome !== undefined) into.create(this.info.height, this.info.width);
    return outcome;
  }

  /** Whether somebody waits for a picture. */
  get asked(): boolean {
    return this.#read !== undefined;
  }

  /** Ends the read under way: with a picture, the end of a file, or a fault. */
  give(outcome: Outcome): void {
    if (!this.#read) throw new Error("Cannot give a picture: nobody waits for one");
    this.#read.resolve(outcome);
  }

  /** The camera is unplugged. */
  lose(): void {
    this.give(new CaptureVideoError("camera-lost", "Cannot read script: it is unplugged"));
  }

  /** Closes it. */
  async close(): Promise<void> {
    this.closed = true;
    await this.#read?.promise;
  }

  /** Closes it. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** The same with JPEGs. */
export class ScriptedJpegSource extends ScriptedSource {
  override readonly pixelFormat = "mjpg";
  /** What the next read gives. */
  jpeg = new Uint8Array();

  /** Waits for the test. */
  override async read(into: Mat): Promise<number | undefined> {
    const micros = await super.read(into);
    into.create(1, this.jpeg.length, CV_8UC1);
    into.setData(this.jpeg);
    return micros;
  }
}

/** Whether a Mat was released; one that a call is still writing to is not. */
export function isFreed(mat: Mat): boolean {
  try {
    return mat.rows < 0;
  } catch (error) {
    if (error instanceof Deno.errors.BadResource) return true;
    throw error;
  }
}
