/**
 * Picture files: a single one as a still, a numbered series (`img_%03d.png`) as a film.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { CaptureVideoError } from "../../flow/errors.ts";
import * as cv from "../../opencv/mod.ts";
import { findJpeg } from "../../jpeg/picture.ts";
import { Marker } from "../../jpeg/structure.ts";
import { checkVideoFile, type FileSourceOptions } from "./file.ts";
import { cannotOpen, ClosableSource, type FrameSource, type SourceInfo } from "../source.ts";

const JPEG_NAME = /\.jp(g|e|eg)$/i;
const PICTURE_NAME = /\.(jp(g|e|eg|2)|png|bmp|webp|tiff?|p[bgpn]m)$/i;

/** A number in a name, as `printf` writes it. */
const NUMBER_PATTERN = /%0?(\d*)d/;

/** Whether a name is that of a picture, or of a series of them. */
export function isPictureName(path: string): boolean {
  return PICTURE_NAME.test(path);
}

/**
 * Shows pictures at the requested rate. JPEGs are given as they are.
 *
 * - Order: a single picture again and again, without an end; a series once, or again at its end
 *   where it is to loop.
 */
export class PicturesSource extends ClosableSource implements FrameSource {
  readonly info: SourceInfo;
  readonly pixelFormat: "mjpg" | "bgr";
  readonly #paths: readonly string[];
  readonly #again: boolean;
  readonly #still = new cv.Mat();
  #next = 0;
  #dueMicros = 0;

  private constructor(
    paths: readonly string[],
    info: SourceInfo,
    { again, isJpeg }: { again: boolean; isJpeg: boolean },
  ) {
    super();
    this.#paths = paths;
    this.info = info;
    this.#again = again;
    this.pixelFormat = isJpeg ? "mjpg" : "bgr";
  }

  /**
   * Opens a picture, or the series that a name with `%d` in it stands for.
   *
   * @throws {CaptureVideoError} `camera-unavailable`, when it is not there or no picture
   */
  static async open(path: string, { fps, loop }: FileSourceOptions): Promise<PicturesSource> {
    const paths = await series(path) ?? [path];
    await checkVideoFile(paths[0]!);
    using first = new cv.Mat();
    await using decoder = new cv.JpegDecoder();
    let isJpeg = false;
    try {
      const bytes = await Deno.readFile(paths[0]!);
      // Endings are often wrong about it.
      const begins = bytes[0] === 0xff && bytes[1] === Marker.SOI;
      isJpeg = begins || JPEG_NAME.test(path) && findJpeg(bytes) !== undefined;
      if (isJpeg) await decoder.decode(bytes, first);
      else await decode(bytes, first);
    } catch (error) {
      if (!(error instanceof CaptureVideoError)) throw error;
      throw cannotOpen(paths[0]!, "it is no picture that can be shown", { cause: error });
    }
    const { cols: width, rows: height } = first;
    const format = paths.length > 1 ? "pictures" : "picture";
    const info = { description: path, width, height, fps, format };
    return new PicturesSource(paths, info, { again: loop || paths.length === 1, isJpeg });
  }

  get patienceMs(): number {
    return 2 * 1000 / this.info.fps;
  }

  /** Waits for the next picture's time; `undefined` at the end of a series. */
  async read(into: cv.Mat): Promise<number | undefined> {
    if (this.#next === this.#paths.length) {
      if (!this.#again) return undefined;
      this.#next = 0;
    }
    const path = this.#paths[this.#next++]!;
    let shownAtMicros: number;
    try {
      if (this.#paths.length > 1 || this.#still.rows <= 0) await this.#load(path, this.#still);
      this.#still.copyTo(into);
    } finally {
      // What cannot be shown takes its time as well: a series whose files are gone is asked no faster.
      shownAtMicros = await this.#nextTime();
    }
    return shownAtMicros;
  }

  close(): Promise<void> {
    this.#still.release();
    return Promise.resolve();
  }

  /** Waits for the next picture's time, and tells it. */
  async #nextTime(): Promise<number> {
    await cv.sleepUntil(this.#dueMicros);
    const intervalMicros = 1e6 / this.info.fps;
    const now = cv.monotonicMicros();
    if (now - this.#dueMicros > intervalMicros) this.#dueMicros = now;
    const shownAtMicros = this.#dueMicros;
    this.#dueMicros += intervalMicros;
    return shownAtMicros;
  }

  async #load(path: string, into: cv.Mat): Promise<void> {
    try {
      const bytes = await Deno.readFile(path);
      if (this.pixelFormat === "mjpg") {
        into.create(1, bytes.length, cv.CV_8UC1);
        into.setData(bytes);
      } else {
        await decode(bytes, into);
      }
    } catch (error) {
      const words = error instanceof CaptureVideoError ? "it is no picture" : "it cannot be read";
      throw new CaptureVideoError("damaged-jpeg", `Cannot show ${path}: ${words}`, {
        cause: error,
      });
    }
  }
}

async function decode(bytes: Uint8Array<ArrayBuffer>, into: cv.Mat): Promise<void> {
  using picture = await cv.imdecodeAsync(bytes);
  picture.copyTo(into);
}

/** The files of a numbered series, in the order of their numbers; `undefined` if it is none. */
async function series(path: string): Promise<string[] | undefined> {
  const [, folder = "", name = ""] = /^(.*\/)?([^/]*)$/.exec(path)!;
  const pattern = NUMBER_PATTERN.exec(name);
  if (!pattern || existsSync(path)) return undefined;
  const before = name.slice(0, pattern.index);
  const after = name.slice(pattern.index + pattern[0].length);
  const found: { number: number; path: string }[] = [];
  for (const name of await namesIn(folder || ".")) {
    const digits = name.slice(before.length, Math.max(before.length, name.length - after.length));
    if (!/^\d+$/.test(digits) || digits.length < Number(pattern[1])) continue;
    if (name === before + digits + after) {
      found.push({ number: Number(digits), path: folder + name });
    }
  }
  if (found.length === 0) {
    throw cannotOpen(path, "there is no file of such a name with a number in it");
  }
  return found.toSorted((a, b) => a.number - b.number).map(({ path }) => path);
}

/** No names where there is no such folder. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  } catch (error) {
    const { NotFound, NotADirectory } = Deno.errors;
    if (error instanceof NotFound || error instanceof NotADirectory) return [];
    throw error;
  }
}
