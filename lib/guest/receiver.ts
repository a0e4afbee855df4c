/**
 * Keeps a connection to the host, and the newest picture decoded.
 *
 * @module
 */

import { withPort } from "../cli/address.ts";
import { describeError } from "../text/error_text.ts";
import { CaptureVideoError } from "../flow/errors.ts";
import { LatestSlot } from "../flow/latest_slot.ts";
import { MatPool } from "../opencv/mat_pool.ts";
import { JpegDecoder, monotonicMicros } from "../opencv/mod.ts";
import { VERSION } from "../cli/version.ts";
import { dial } from "./dial.ts";
import { JpegOutput } from "../outputs/jpeg_output.ts";
import { HostLine } from "./host_line.ts";
import { LineKeeper } from "./line_keeper.ts";
import type {
  FeedHandlers,
  FeedSettings,
  LinkState,
  Picture,
  PictureFeed,
  ReceivedJpeg,
  ReceiverCounts,
} from "./picture.ts";
import { reconnectDelayMs } from "./reconnect_delay.ts";

/** So long pictures may come of which none can be decoded, before that is said. In microseconds. */
const BROKEN_FOR_MICROS = 1_000_000;

/**
 * Receives and decodes, on the thread it is called on.
 *
 * - Order: pictures come out in the order of capture.
 * - Pace: no picture waits for the output; what that does not take in time is left out of it.
 * - State: live from the first picture that is decoded, and as long as some can be.
 * - Loss: of what came together only the newest JPEG is decoded, and only the newest picture waits;
 *   `replaced` counts what was overtaken, `damaged` what could not be decoded.
 * - Ownership: three Mats go round: one being decoded, one waiting, one with the reader.
 */
export class Receiver implements PictureFeed {
  readonly #settings: FeedSettings;
  readonly #handlers: FeedHandlers;
  readonly #mats = new MatPool();
  readonly #decoder = new JpegDecoder();
  readonly #jpegs = new LatestSlot<ReceivedJpeg>();
  readonly #output: JpegOutput;
  readonly #pictures = new LatestSlot<Picture>({ discard: (picture) => picture.release() });
  readonly #enough = new AbortController();
  #link: LinkState = { state: "connecting", why: "" };
  #received = 0;
  #receivedBytes = 0;
  #damaged = 0;
  #connections = 0;
  /** Whether there ever was a picture to show. */
  #shown = false;
  /** Since when no picture could be decoded; Infinity once that was told. */
  #brokenSinceMicros: number | undefined;

  /** @param settings the host, the output, and when to end */
  constructor(settings: FeedSettings, handlers: FeedHandlers) {
    this.#settings = settings;
    this.#handlers = handlers;
    const { output, overwrite = false } = settings;
    this.#output = new JpegOutput(output, { overwrite, onOmitted: handlers.onOmitted });
  }

  /** How the link is now. */
  get link(): LinkState {
    return this.#link;
  }

  /** The counts up to now. */
  get counts(): ReceiverCounts {
    return {
      received: this.#received,
      replaced: this.#jpegs.replaced + this.#pictures.replaced,
      damaged: this.#damaged,
      receivedBytes: this.#receivedBytes,
      omitted: this.#output.omitted,
      reconnects: Math.max(0, this.#connections - 1),
    };
  }

  /** Waits for the newest picture; `undefined` when no more will come. */
  next(): Promise<Picture | undefined> {
    return this.#pictures.next();
  }

  /** Receives, as {@linkcode PictureFeed} says. */
  async run(signal: AbortSignal): Promise<void> {
    try {
      await this.#output.open();
      await this.#keepConnected(AbortSignal.any([signal, this.#enough.signal]))
        .finally(() => this.#output.close());
    } finally {
      this.#decodeNewest();
      this.#pictures.close();
      this.#mats.close();
      await this.#decoder.close();
    }
  }

  #keepConnected(stop: AbortSignal): Promise<void> {
    const { hostname, port, reconnect } = this.#settings;
    this.#tell({ state: "connecting", why: `connecting to ${withPort(hostname, port)}` });
    let before = this.#link;
    let hushed: LinkState | undefined;
    return new LineKeeper({
      reconnect,
      open: (onChange) => this.#open(onChange),
      delayMs: (failures) => reconnectDelayMs(failures, Math.random()),
      onFailure: (failure) => {
        // It may have ended right behind a picture.
        this.#decodeNewest();
        this.#tellTrouble(this.#reasonToRetry(failure));
      },
      onSilence: (silent) => {
        if (silent) {
          before = this.#link;
          this.#tellTrouble("Cannot hear the host: it has fallen silent");
          hushed = this.#link;
          // Only a picture is live, and what was said since then is newer.
        } else if (before.state !== "live" && this.#link === hushed) this.#tell(before);
      },
    }).run(stop);
  }

  #open(onChange: () => void): HostLine {
    const { hostname, port, timeoutSeconds, maxFps } = this.#settings;
    return new HostLine({
      onChange,
      dial: async (signal) => {
        const connection = await dial({ hostname, port }, signal);
        connection.setNoDelay(true);
        return connection;
      },
      now: monotonicMicros,
      program: `capturevideo guest ${VERSION}`,
      timeoutMicros: timeoutSeconds * 1e6,
      maxFps,
      onAnswer: () => this.#connections++,
      onWelcome: () => {
        this.#brokenSinceMicros = undefined;
        this.#tell({ state: "connecting", why: "waiting for the camera" });
      },
      onStatus: ({ camera, why }) => {
        if (camera === "lost") {
          this.#tell({ state: "lost", why: why ? `camera lost: ${why}` : "camera lost" });
        }
        if (camera === "starting") {
          this.#tell({
            state: "connecting",
            why: why ? `camera starting: ${why}` : "camera starting",
          });
        }
      },
      onJpeg: (picture) => Promise.resolve(this.#take(picture)),
      onAnswered: () => this.#decodeNewest(),
    });
  }

  #take(picture: ReceivedJpeg): void {
    const { frames = Infinity } = this.#settings;
    if (this.#received >= frames) return;
    this.#output.put(picture.jpeg);
    this.#received++;
    this.#receivedBytes += picture.jpeg.length;
    this.#jpegs.put(picture);
    if (this.#received >= frames) this.#enough.abort();
  }

  /** Decodes the newest JPEG, if there is one; `false` when it is no picture. */
  #decodeNewest(): boolean | undefined {
    const received = this.#jpegs.take();
    if (!received) return undefined;
    const mat = this.#mats.take();
    const release = () => this.#mats.give(mat);
    try {
      this.#decoder.decodeSync(received.jpeg, mat);
    } catch (error) {
      if (!(error instanceof CaptureVideoError)) throw error;
      release();
      this.#damaged++;
      this.#handlers.onDamaged(error.message);
      this.#tellBroken(error.message);
      return false;
    }
    this.#brokenSinceMicros = undefined;
    this.#shown = true;
    this.#tell({ state: "live", why: "" });
    const { jpeg, capturedAtMicros } = received;
    this.#pictures.put({
      mat,
      capturedAtMicros,
      jpegBytes: jpeg.length,
      jpeg: () => Promise.resolve(jpeg),
      release,
    });
    return true;
  }

  /** Why the connection ended, if it makes sense to connect again; throws where it does not. */
  #reasonToRetry(error: unknown): string {
    const failure = this.#asFailure(error);
    const isNoHost = failure.code === "protocol" && this.#received === 0;
    const isFinal = failure.code === "output" || failure.code === "turned-away";
    if (isNoHost || isFinal || !this.#settings.reconnect) throw failure;
    return failure.message;
  }

  /** The network's errors in our own words; a bug is thrown on as it is. */
  #asFailure(error: unknown): CaptureVideoError {
    if (error instanceof CaptureVideoError) return error;
    const { hostname, port } = this.#settings;
    const { line, expected } = describeError(error, `connect to ${withPort(hostname, port)}`);
    if (!expected) throw error;
    return new CaptureVideoError("connection", line, { cause: error });
  }

  /** Pictures come, and none of them can be shown: said once, when that has been so for a while. */
  #tellBroken(message: string): void {
    const now = monotonicMicros();
    this.#brokenSinceMicros ??= now;
    if (now - this.#brokenSinceMicros < BROKEN_FOR_MICROS) return;
    this.#brokenSinceMicros = Infinity;
    this.#tellTrouble(`no whole picture: ${message}`);
  }

  #tellTrouble(why: string): void {
    this.#tell({ state: this.#shown ? "lost" : "connecting", why });
  }

  #tell(link: LinkState): void {
    if (link.state === this.#link.state && link.why === this.#link.why) return;
    this.#link = link;
    this.#handlers.onLink(link);
  }
}
