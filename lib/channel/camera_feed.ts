/**
 * The camera's newest picture, for as long as somebody wants it.
 *
 * @module
 */

import type { SourceOpener } from "../camera/open_source.ts";
import type { FrameSource, SourceInfo, SourceState } from "../camera/source.ts";
import type { CaptureVideoError } from "../flow/errors.ts";
import { LatestSlot } from "../flow/latest_slot.ts";
import { pause, unlessStopped } from "../flow/timing.ts";
import { describeError } from "../text/error_text.ts";
import { withoutPassword } from "../text/passwords.ts";
import { FrameReader, type FrameReaderOptions, isDamage, type RawFrame } from "./frame_reader.ts";
import type { Sink } from "./sink.ts";

/** How long after a failure the camera is opened again, in milliseconds. */
export const REOPEN_AFTER_MS = 1000;

/** So long may a camera that was just opened give no whole picture, without a word. */
const SETTLING_MS = 1000;

/**
 * So many reads may hang at a time, each on a thread of a pool that all cameras share. Beside one, the
 * source is opened again; beside two, it is waited until one of them has ended.
 */
const MAX_HANGING_READS = 2;

/** So long may a live camera give damaged pictures alone, however slow it is, in milliseconds. */
const LONGEST_DAMAGE_MS = 10_000;

/** Whoever has words for what happens to a camera and its pictures. */
export interface CameraReport {
  state(state: SourceState): void;
  /** A picture could not be decoded or published; the next one is. */
  damaged(error: CaptureVideoError): void;
  /** An error that cannot happen has cost a picture, or the camera, which is opened again. */
  bug(error: unknown): void;
}

/** Options of a {@linkcode CameraFeed}. */
export interface CameraFeedOptions extends FrameReaderOptions {
  /** What is opened, again after each loss. */
  source: Pick<SourceOpener, "requested" | "open">;
  /** How long the source stays open after the last one left, in milliseconds. */
  lingerMs: number;
  report: CameraReport;
}

/**
 * Opens the source when it is wanted, reads it without pause, and brings it back when it is lost.
 *
 * - Age: a reader is always waiting on the source; only the newest picture is kept.
 * - Ownership: three Mats go round: one being read, one waiting, one with the taker.
 * - Faults: whatever fails, the camera counts as lost, all are given the reason, and it is opened again.
 * - State: live from the first picture that can be shown, and as long as some can be.
 * - Loss: pictures nobody took in time; `replaced` of {@linkcode frames} counts them.
 * - End: a file's last picture can still be taken when the file has ended.
 * - Threads: at most two at a time, however often a driver hangs.
 * - Close: waits for the read under way, unless that hangs longer than the device timeout, and not
 *   for a source that is being opened: a stream may take half a minute to fail.
 */
export class CameraFeed implements AsyncDisposable {
  /** The newest picture that was not taken yet. It is closed when a file has ended. */
  readonly frames = new LatestSlot<RawFrame>({ discard: (frame) => frame.release() });

  readonly #options: CameraFeedOptions;
  readonly #wanting = new Set<Pick<Sink, "state">>();
  #state: SourceState = { camera: "starting" };
  #info: SourceInfo;
  #lingering: ReturnType<typeof setTimeout> | undefined;
  #stop: AbortController | undefined;
  /** Ends what is open now, for it to be opened anew. */
  #again = new AbortController();
  #running: Promise<void> = Promise.resolve();
  /** The closing of sources whose reads hang. */
  readonly #hanging = new Set<Promise<void>>();
  #captured = 0;

  constructor(options: CameraFeedOptions) {
    this.#options = options;
    this.#info = options.source.requested;
  }

  get state(): SourceState {
    return this.#state;
  }

  /** Whether the source is open, or is being opened. */
  get open(): boolean {
    return this.#stop !== undefined;
  }

  /** What the source really gives; what was asked for until it was opened once. */
  get info(): SourceInfo {
    return this.#info;
  }

  /** The frames a second that the source is asked to give, from the next opening on. */
  get requestedFps(): number {
    return this.#options.source.requested.fps;
  }

  get captured(): number {
    return this.#captured;
  }

  /**
   * Asks for pictures: the source is opened, and stays open a while after the last one let go.
   *
   * @param who learns how the camera is, now and whenever that changes
   */
  want(who: Pick<Sink, "state"> = { state: () => {} }): Disposable {
    clearTimeout(this.#lingering);
    if (!this.#stop && !this.frames.closed) {
      // How it was when it was open last says nothing of it now.
      this.#setState({ camera: "starting" });
      const stop = this.#stop = new AbortController();
      this.#running = this.#running.then(() => this.#run(stop.signal))
        .catch((error) => this.#options.report.bug(error));
    }
    this.#wanting.add(who);
    who.state(this.#state);
    return {
      [Symbol.dispose]: () => {
        if (!this.#wanting.delete(who) || this.#wanting.size > 0 || !this.#stop) return;
        this.#lingering = setTimeout(() => this.#release(), this.#options.lingerMs);
      },
    };
  }

  /** Opens the source anew, if it is open, as what is requested of it has changed. */
  reopen(): void {
    if (!this.#stop) return;
    this.#setState({ camera: "starting" });
    this.#again.abort();
  }

  /** Tells all that no more will come, and why: a film has ended. */
  end(why: string): void {
    this.#setState({ camera: "lost", why });
  }

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
    while (!stop.aborted) {
      this.#again = new AbortController();
      const ending = AbortSignal.any([stop, this.#again.signal]);
      try {
        while (this.#hanging.size >= MAX_HANGING_READS) {
          await unlessStopped(Promise.race(this.#hanging), stop);
          if (stop.aborted) return;
        }
        await this.#capture(ending);
        if (!ending.aborted) return this.frames.finish();
      } catch (error) {
        this.#reportBug(error);
        // What fails too late is nobody's loss: it is open no more, or is being opened anew.
        if (ending.aborted) continue;
        const { line } = describeError(error, "read the camera");
        this.#setState({ camera: "lost", why: withoutPassword(line) });
        await pause(REOPEN_AFTER_MS, ending);
      }
    }
  }

  /** Captures until stopped or until a file's end; throws when the camera is lost. */
  async #capture(stop: AbortSignal): Promise<void> {
    const source = await this.#open(stop);
    if (!source) return;
    const reader = new FrameReader(source, this.#options);
    try {
      this.#info = reader.info;
      let damagedSinceMs: number | undefined;
      while (!stop.aborted) {
        try {
          const frame = await reader.next();
          if (!frame) return;
          // What comes too late belongs to what nobody wants any more.
          if (stop.aborted) return frame.release();
          this.#captured++;
          damagedSinceMs = undefined;
          if (this.#state.camera !== "live") this.#setState({ camera: "live" });
          this.frames.put(frame);
        } catch (error) {
          if (!isDamage(error)) throw error;
          if (stop.aborted) return;
          this.#options.report.damaged(error);
          const allowedMs = this.#state.camera === "live"
            ? Math.min(reader.patienceMs, LONGEST_DAMAGE_MS)
            : SETTLING_MS;
          damagedSinceMs ??= performance.now();
          if (performance.now() - damagedSinceMs <= allowedMs) continue;
          const camera = this.#state.camera === "starting" ? "starting" : "lost";
          this.#setState({ camera, why: `no whole picture: ${error.message}` });
          damagedSinceMs = Infinity; // said once
        }
      }
    } finally {
      // A read that hangs in the driver is left to end by itself: nothing can cut it short.
      const closing = reader.close();
      if (reader.hangs) this.#leave(closing);
      else await closing;
    }
  }

  /** Leaves a source to close when its read has ended. */
  #leave(closing: Promise<void>): void {
    const left: Promise<void> = closing.catch((error) => this.#reportBug(error))
      .finally(() => this.#hanging.delete(left));
    this.#hanging.add(left);
  }

  /** Opens the source; `undefined` when that takes longer than anybody wants it. */
  async #open(stop: AbortSignal): Promise<FrameSource | undefined> {
    const opening = this.#options.source.open((why, camera = "lost") => {
      if (!stop.aborted) this.#setState({ camera, why });
    }, stop);
    const source = await unlessStopped(opening, stop);
    // What opens too late is closed, and what fails too late is of no interest any more.
    if (!source) opening.then((late) => late.close()).catch((error) => this.#reportBug(error));
    return source;
  }

  /** Tells of an error if it cannot happen to a correct program. */
  #reportBug(error: unknown): void {
    if (!describeError(error).expected) this.#options.report.bug(error);
  }

  #setState(state: SourceState): void {
    const { camera, why } = this.#state;
    this.#state = state;
    if (state.camera === camera && state.why === why) return;
    this.#options.report.state(state);
    for (const who of this.#wanting) {
      try {
        who.state(state);
      } catch (error) {
        this.#options.report.bug(error);
      }
    }
  }
}
