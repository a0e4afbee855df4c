/**
 * Which picture arrived when, told from its pixels alone and not from what a program claims.
 *
 * The test source's frame n is captured n / fps seconds after the zero of the machine's monotonic
 * clock, which all network namespaces share.
 *
 * @module
 */

import { frameNumberOf } from "../support/frame_number.ts";
import { stripOf } from "../support/number_in_jpeg.ts";
import { JpegDecoder, Mat, monotonicMicros } from "../../lib/opencv/mod.ts";
import { jpegSize } from "../../lib/jpeg/markers.ts";
import { JpegStreamCutter } from "../../lib/jpeg/stream.ts";

/** A picture that arrived. */
export interface Sighting {
  /** When its last byte arrived, in milliseconds of the monotonic clock. */
  readonly atMs: number;
  /** How old it was then, in milliseconds. */
  readonly ageMs: number;
  /** The length of its JPEG. */
  readonly bytes: number;
  /** Its width in pixels. */
  readonly width: number;
}

/** Takes a guest's `--output -`, and notes each picture's age as it arrives. */
export class Sightings implements AsyncDisposable {
  /** The pictures so far, oldest first. */
  readonly all: Sighting[] = [];
  readonly #fps: number;
  readonly #cutter = new JpegStreamCutter();
  readonly #decoder = new JpegDecoder();
  readonly #mat = new Mat();
  readonly #waiting: { afterMs: number; resolve: () => void }[] = [];
  #reading: Promise<void> = Promise.resolve();

  /** @param fps the rate of the test source */
  constructor(fps: number) {
    this.#fps = fps;
  }

  /** Takes a piece of the output. */
  readonly push = (chunk: Uint8Array): void => {
    for (const jpeg of this.#cutter.push(chunk)) {
      const atMs = monotonicMicros() / 1000;
      this.#reading = this.#reading.then(() => this.#note(jpeg, atMs));
    }
  };

  /** How long after the first picture the last one came, in milliseconds; 0 without any. */
  get lastMs(): number {
    return (this.all.at(-1)?.atMs ?? 0) - (this.all[0]?.atMs ?? 0);
  }

  /** Waits until pictures have been coming for so long, in milliseconds. */
  until(afterMs: number): Promise<void> {
    return new Promise((resolve) => this.#waiting.push({ afterMs, resolve }));
  }

  /** Resolves when every picture so far has been read; rejects when one could not be. */
  async settled(): Promise<Sighting[]> {
    await this.#reading;
    return this.all;
  }

  /** Frees the decoder. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#decoder.close();
    this.#mat.release();
  }

  async #note(jpeg: Uint8Array, atMs: number): Promise<void> {
    const { width } = jpegSize(jpeg);
    await this.#decoder.decode(stripOf(jpeg), this.#mat);
    const number = frameNumberOf(this.#mat);
    if (number === undefined) throw new Error(`picture ${this.all.length + 1} has no number`);
    const ageMs = atMs - number * 1000 / this.#fps;
    this.all.push({ atMs, ageMs, bytes: jpeg.length, width });
    for (const { afterMs, resolve } of this.#waiting) {
      if (atMs - this.all[0]!.atMs >= afterMs) resolve();
    }
  }
}

/** The one in the middle. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
