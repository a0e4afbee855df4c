/**
 * A film: pictures that are all there already, in a file or on a web server, played at their own
 * times.
 *
 * @module
 */

import { describeError } from "../../text/error_text.ts";
import { CaptureVideoError } from "../../flow/errors.ts";
import * as cv from "../../opencv/mod.ts";
import { filmWithoutDecoding, hidesTimes } from "./motion_jpeg.ts";
import { takeOverTurning, uprightSize } from "./orientation.ts";
import {
  cannotOpen,
  cannotRead,
  ClosableSource,
  type FrameSource,
  type PixelFormat,
  type SourceInfo,
  type Turn,
} from "../source.ts";

/** Rates from here on are a container's clock, not a film's. */
const MAX_FILE_FPS = 1000;

/** Numbers of pictures beyond this are made of a duration that is not known. */
const MAX_PICTURES = 1e9;

/** A film that comes over a network and ends before this part of it has been broken off. */
const WHOLE_FROM = 0.9;

/** Options of {@linkcode FileSource.open}. */
export interface FileSourceOptions {
  /** Whether to begin again at the end. */
  loop: boolean;
  /** The rate for a file that names none, in frames a second. */
  fps: number;
}

/** A film by the name that people know it by, and how to open it. */
export interface Film {
  readonly description: string;
  readonly open: () => Promise<cv.VideoCapture>;
  /** Where it is, if it is a file. */
  readonly path?: string;
}

/** A path that FFmpeg takes for one: what stands in front of a colon is a protocol to it. */
export function unmistakable(path: string): string {
  return path.includes(":") && !path.startsWith("/") ? `./${path}` : path;
}

/** How many pictures a film has, nearly; 0 where that is not known, as with a live stream. */
export function pictureCount(capture: cv.VideoCapture): number {
  const count = capture.get(cv.CAP_PROP_FRAME_COUNT);
  return count > 0 && count < MAX_PICTURES ? count : 0;
}

/**
 * Which of OpenCV's readers is to read: FFmpeg alone where it is there, as the others decode Motion
 * JPEG themselves, or complain on stderr.
 */
export function preferredReader(): number {
  return cv.VideoCapture.hasBackend(cv.CAP_FFMPEG) ? cv.CAP_FFMPEG : cv.CAP_ANY;
}

/**
 * Plays a film.
 *
 * - Order: every picture of the film, each at its time; a reader that is late by a picture or more
 *   gets the next at once, and the clock starts anew from there.
 */
export class FileSource extends ClosableSource implements FrameSource {
  readonly info: SourceInfo;
  readonly pixelFormat: PixelFormat;
  /** Its pictures may be two seconds apart. */
  readonly patienceMs = 5000;
  readonly turn: Turn;
  readonly #film: Film;
  readonly #loop: boolean;
  readonly #pace = new cv.FilmPace();
  /** How long the film is, in ms; 0 where that is not known. */
  readonly #durationMs: number;
  #opened: OpenFilm;
  #rewinding: Promise<void> | undefined;
  #closed = false;

  private constructor(film: Film, opened: OpenFilm, options: FileSourceOptions) {
    super();
    this.#film = film;
    this.#opened = opened;
    this.#loop = options.loop;
    const { capture } = opened;
    this.pixelFormat = opened.pixelFormat;
    this.turn = opened.turn;
    const ownFps = capture.get(cv.CAP_PROP_FPS);
    this.#durationMs = ownFps > 0 ? pictureCount(capture) * 1000 / ownFps : 0;
    const fps = ownFps > 0 && ownFps < MAX_FILE_FPS ? ownFps : options.fps;
    const size = uprightSize(capture, this.turn);
    this.info = { description: film.description, ...size, fps, format: "file" };
    this.#pace.beginAt(0, 1000 / fps);
  }

  /**
   * Opens a file.
   *
   * @throws {CaptureVideoError} `camera-unavailable`, when it is not there or no video
   */
  static async open(path: string, options: FileSourceOptions): Promise<FileSource> {
    await checkVideoFile(path);
    const name = unmistakable(path);
    const open = () => cv.VideoCapture.open(name, { name: path, apiPreference: preferredReader() });
    const film = { description: path, path, open };
    return await FileSource.play(film, await film.open(), options);
  }

  /** Plays a film that is open: `capture` is the source's own from here on. */
  static async play(
    film: Film,
    capture: cv.VideoCapture,
    options: FileSourceOptions,
  ): Promise<FileSource> {
    return new FileSource(film, await prepare(capture, film), options);
  }

  /** Waits for the next picture's time; `undefined` at the end of a film that is played once. */
  async read(into: cv.Mat): Promise<number | undefined> {
    if (!await this.#readNext(into)) {
      this.#checkWhole();
      if (!this.#loop) return undefined;
      await (this.#rewinding = this.#rewind());
      if (!await this.#readNext(into)) {
        throw new CaptureVideoError(
          "camera-lost",
          `Cannot play ${this.#film.description}: it has no pictures`,
        );
      }
    }
    const pace = this.#pace;
    const lateMicros = cv.monotonicMicros() - pace.dueMicros;
    if (lateMicros > 1e6 / this.info.fps) pace.delay(lateMicros);
    return pace.dueMicros;
  }

  async close(): Promise<void> {
    this.#closed = true;
    // Its errors are the reader's; what it opens is closed here.
    await Promise.allSettled([this.#rewinding]);
    await closeAll(this.#opened);
  }

  #readNext(into: cv.Mat): Promise<boolean> {
    const { capture, clock } = this.#opened;
    return capture.readPaced(into, this.#pace, clock);
  }

  #checkWhole(): void {
    const { path, description } = this.#film;
    if (path !== undefined || this.#pace.positionMs > this.#durationMs * WHOLE_FROM - 1000) return;
    throw cannotRead(description, "it broke off");
  }

  async #rewind(): Promise<void> {
    await closeAll(this.#opened);
    this.#opened = await prepare(await this.#film.open(), this.#film);
    if (this.#closed) throw cannotRead(this.#film.description, "it was closed");
    if (this.pixelFormat !== this.#opened.pixelFormat || this.turn !== this.#opened.turn) {
      throw new CaptureVideoError(
        "camera-lost",
        `Cannot play ${this.#film.description} again: it has another format now`,
      );
    }
    const pace = this.#pace;
    pace.beginAt(pace.dueMicros + pace.intervalMs * 1000, 1000 / this.info.fps);
  }
}

/** A film that is open, as often as is needed to play it. */
interface OpenFilm {
  readonly capture: cv.VideoCapture;
  /** The film once more, for the times of its pictures. */
  readonly clock: cv.VideoCapture | undefined;
  readonly pixelFormat: PixelFormat;
  readonly turn: Turn;
}

async function prepare(capture: cv.VideoCapture, film: Film): Promise<OpenFilm> {
  try {
    const turn = takeOverTurning(capture);
    const pixelFormat = await filmWithoutDecoding(capture, film.open);
    const needsClock = pixelFormat === "mjpg" && await hidesTimes(capture, film.path);
    return { capture, pixelFormat, turn, clock: needsClock ? await film.open() : undefined };
  } catch (error) {
    await capture.close();
    throw error;
  }
}

async function closeAll({ capture, clock }: OpenFilm): Promise<void> {
  await Promise.all([capture.close(), clock?.close()]);
}

/**
 * Looks whether a path can be a video, before OpenCV does: it tells all failures alike.
 *
 * @throws {CaptureVideoError} `camera-unavailable`, saying what is there instead
 */
export async function checkVideoFile(path: string): Promise<void> {
  const refuse = (what: string) => cannotOpen(`video file ${path}`, what);
  try {
    const { isDirectory, isFile, size } = await Deno.stat(path);
    if (isDirectory) throw refuse("it is a directory");
    if (isFile && size === 0) throw refuse("it is empty");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw refuse("there is no such file; a camera is named by its index, as in --source 0");
    }
    if (error instanceof Deno.errors.PermissionDenied) throw refuse("it may not be read");
    const { line, expected } = describeError(error, `open video file ${path}`);
    throw expected ? new CaptureVideoError("camera-unavailable", line, { cause: error }) : error;
  }
}
