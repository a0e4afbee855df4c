/**
 * The camera's newest picture, for as long as somebody wants it.
 *
 * @module
 */

import { PictureReader } from "./picture_reader.ts";
import type {
  CapturedPicture,
  FrameSource,
  PixelFormat,
  SourceInfo,
  SourceState,
} from "../camera/source.ts";
import { describeError } from "../text/error_text.ts";
import { CaptureVideoError } from "../flow/errors.ts";
import { LatestSlot } from "../flow/latest_slot.ts";
import { MatPool } from "../opencv/mat_pool.ts";
import type { JpegEncodeOptions, Mat } from "../opencv/mod.ts";
import { withoutPassword } from "../text/passwords.ts";
import { Deadlines, pause } from "../flow/timing.ts";

/** How long after a failure the camera is opened again, in milliseconds. */
export const REOPEN_AFTER_MS = 1000;

/** So long may a camera that was just opened give no whole picture, without a word. */
const SETTLING_MS = 1000;

/** A picture as it came from the source, lent to one reader. */
export interface RawFrame extends CapturedPicture {
  /** The picture, or the source's JPEG as one row: `pixelFormat` tells. */
  readonly mat: Mat;
  /** What `mat` holds. */
  readonly pixelFormat: PixelFormat;
  /** Gives the Mat back to the camera; to be called once. */
  release(): void;
}

/** Options of a {@linkcode CameraFeed}. */
export interface CameraFeedOptions {
  /** Opens the source, and says where that takes long; called again after each loss. */
  open: (onSilence: (why: string) => void, signal: AbortSignal) => Promise<FrameSource>;
  /** Asked before each picture: how it is to be compressed in the call that captures it, if so. */
  compression?: () => JpegEncodeOptions | undefined;
  /** How long the source stays open after the last one left, in milliseconds. */
  lingerMs: number;
  /** How long a picture may take before the camera counts as lost, in milliseconds. */
  deviceTimeoutMs: number;
  /** Called when the camera's state changes. */
  onStatus: (status: SourceState) => void;
  /** Called with each picture of the source that could not be decoded; the next one is read. */
  onDamaged: (error: CaptureVideoError) => void;
  /** Called with an error that cannot happen; the camera counts as lost, and is opened again. */
  onBug?: (error: unknown) => void;
}

/**
 * Opens the source when it is wanted, reads it without pause, and brings it back when it is lost.
 *
 * - Age: a reader is always waiting on the source; only the newest picture is kept.
 * - Ownership: three Mats go round: one being read, one waiting, one with the taker.
 * - Faults: whatever fails, the camera counts as lost, guests are told why, and it is opened again.
 * - State: live from the first picture that can be shown, and as long as some can be.
 * - Loss: pictures nobody took in time; `replaced` of {@linkcode frames} counts them.
 * - End: a file's last picture can still be taken when the file has ended.
 * - Close: waits for the read under way, unless that hangs longer than the device timeout, and not
 *   for a source that is being opened: a stream may take half a minute to fail.
 */
export class CameraFeed implements AsyncDisposable {
  /** The newest picture that was not taken yet. It is closed when a file has ended. */
  readonly frames = new LatestSlot<RawFrame>({ discard: (frame) => frame.release() });

  readonly #options: CameraFeedOptions;
  #status: SourceState = { camera: "starting" };
  #info: SourceInfo | undefined;
  #wanted = 0;
  #lingering: ReturnType<typeof setTimeout> | undefined;
  #stop: AbortController | undefined;
  #running: Promise<void> = Promise.resolve();
  #captured = 0;

  /** @param options the source and how to treat it */
  constructor(options: CameraFeedOptions) {
    this.#options = options;
  }

  /** How the camera is, as guests are told. */
  get status(): SourceState {
    return this.#status;
  }

  /** Whether the source is open, or is being opened. */
  get open(): boolean {
    return this.#stop !== undefined;
  }

  /** What the source really gives; `undefined` until it was opened once. */
  get info(): SourceInfo | undefined {
    return this.#info;
  }

  /** How many pictures were captured. */
  get captured(): number {
    return this.#captured;
  }

  /** Asks for pictures: the source is opened, and stays open a while after the last one let go. */
  want(): Disposable {
    this.#wanted++;
    clearTimeout(this.#lingering);
    if (!this.#stop && !this.frames.closed) {
      const stop = this.#stop = new AbortController();
      this.#running = this.#running.then(() => this.#run(stop.signal))
        .catch((error) => this.#options.onBug?.(error));
    }
    let released = false;
    return {
      [Symbol.dispose]: () => {
        if (released) return;
        released = true;
        if (--this.#wanted > 0 || !this.#stop) return;
        this.#lingering = setTimeout(() => this.#release(), this.#options.lingerMs);
      },
    };
  }

  /** Closes the source and the slot. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#lingering);
    this.frames.close();
    this.#release();
    await this.#running;
  }

  #release(): void {
    this.#stop?.abort();
    this.#stop = undefined;
  }

  async #run(stop: AbortSignal): Promise<void> {
    this.#tell({ camera: "starting" });
    while (!stop.aborted) {
      try {
        await this.#capture(stop);
        if (!stop.aborted) return this.frames.finish();
      } catch (error) {
        this.#reportBug(error);
        const { line } = describeError(error, "read the camera");
        this.#tell({ camera: "lost", why: withoutPassword(line) });
        await pause(REOPEN_AFTER_MS, stop);
      }
    }
  }

  /** Captures until stopped or until a file's end; throws when the camera is lost. */
  async #capture(stop: AbortSignal): Promise<void> {
    const source = await this.#open(stop);
    if (!source) return;
    const reader = new PictureReader(source, this.#options.compression ?? (() => undefined));
    const mats = new MatPool();
    let reading: Mat | undefined;
    let hangs = false;
    const patienceMs = () => Math.max(this.#options.deviceTimeoutMs, source.patienceMs ?? 0);
    using deadlines = new Deadlines({
      get ms() {
        return patienceMs();
      },
      error: () => {
        hangs = true;
        const seconds = Math.round(patienceMs() / 100) / 10;
        return new CaptureVideoError(
          "camera-lost",
          `Cannot read ${source.info.description}: no picture for ${seconds} s`,
        );
      },
    });
    let wholeAtMs = performance.now();
    let isToldBroken = false;
    try {
      this.#info = credible(source.info);
      while (!stop.aborted) {
        const mat = reading = mats.take();
        const picture = await deadlines.guard(reader.read(mat)).catch((error) => {
          if (!isDamage(error)) throw error;
          this.#options.onDamaged(error);
          return error as CaptureVideoError;
        });
        if (picture instanceof CaptureVideoError) {
          const allowedMs = this.#status.camera === "live" ? patienceMs() : SETTLING_MS;
          if (!isToldBroken && performance.now() - wholeAtMs > allowedMs) {
            isToldBroken = true;
            this.#tellBroken(picture);
          }
          reading = undefined;
          mats.give(mat);
          continue;
        }
        if (picture === undefined) return;
        this.#captured++;
        wholeAtMs = performance.now();
        isToldBroken = false;
        if (this.#status.camera !== "live") this.#tell({ camera: "live" });
        reading = undefined;
        const release = () => mats.give(mat);
        this.frames.put({ ...picture, mat, pixelFormat: source.pixelFormat, release });
      }
    } finally {
      // A read that hangs in the driver is left to end by itself: nothing can cut it short.
      const closing = reader.close().finally(() => {
        if (reading) mats.give(reading);
        mats.close();
      });
      if (hangs) closing.catch((error) => this.#reportBug(error));
      else await closing;
    }
  }

  /** Opens the source; `undefined` when that takes longer than anybody wants it. */
  async #open(stop: AbortSignal): Promise<FrameSource | undefined> {
    const opening = this.#options.open((why) => {
      if (!stop.aborted) this.#tell({ camera: "lost", why });
    }, stop);
    const { promise: stopped, resolve } = Promise.withResolvers<void>();
    const onStop = () => resolve();
    stop.addEventListener("abort", onStop);
    try {
      const source = await Promise.race([opening, stopped]);
      if (source) return source;
    } finally {
      stop.removeEventListener("abort", onStop);
    }
    // What opens too late is closed, and what fails too late is of no interest any more.
    opening.then((late) => late.close()).catch((error) => this.#reportBug(error));
  }

  /** Tells of an error if it cannot happen to a correct program. */
  #reportBug(error: unknown): void {
    if (!describeError(error).expected) this.#options.onBug?.(error);
  }

  /** Pictures come, and none of them can be shown. */
  #tellBroken({ message }: CaptureVideoError): void {
    const why = `no whole picture: ${message}`;
    const isStarting = this.#status.camera === "starting";
    this.#tell({ camera: isStarting ? "starting" : "lost", why });
  }

  #tell(status: SourceState): void {
    const { camera, why } = this.#status;
    this.#status = status;
    if (status.camera !== camera || status.why !== why) this.#options.onStatus(status);
  }
}

/** Drivers and films say anything; guests are told only what a picture can have. */
function credible({ width, height, fps, ...others }: SourceInfo): SourceInfo {
  const side = (pixels: number) => pixels >= 0 && pixels <= 0xffff ? Math.trunc(pixels) : 0;
  return {
    ...others,
    width: side(width),
    height: side(height),
    fps: fps >= 0 && fps < Infinity ? fps : 0,
  };
}

function isDamage(error: unknown): error is CaptureVideoError {
  return error instanceof CaptureVideoError && error.code === "damaged-jpeg";
}
