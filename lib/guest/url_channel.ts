/**
 * A network camera without a host, as a channel.
 *
 * @module
 */

import type { SourceState } from "../camera/source.ts";
import type { CameraFeed } from "../channel/camera_feed.ts";
import type { RawFrame } from "../channel/frame_reader.ts";
import { CaptureVideoError } from "../flow/errors.ts";
import { JpegEncoder, type Mat } from "../opencv/mod.ts";
import { withoutPassword } from "../text/passwords.ts";
import type { FeedEvent, LinkState } from "./picture.ts";
import type { RemoteChannelSettings } from "./remote_channel.ts";
import type { RemoteSink } from "./remote_sink.ts";
import { RemoteSinks } from "./remote_sinks.ts";

/** What is asked of a camera that is asked for single pictures, a second. */
const USUAL_FPS = 30;
/** What is asked of one that gives a choice, in pixels. */
const USUAL_SIZE = { width: 1280, height: 720 };
/** How well the pictures of a camera that gives no JPEGs are compressed for a file. */
const FILE_QUALITY = 90;

/** What a {@linkcode UrlChannel} is to receive, and until when. */
export type UrlChannelSettings = Pick<
  RemoteChannelSettings,
  "timeoutSeconds" | "maxFps" | "reconnect" | "frames"
>;

/**
 * One network camera's pictures.
 *
 * - Order: sinks get pictures in the order of capture.
 * - Age: only the newest picture is kept until it is taken.
 * - Link: see {@linkcode RemoteSinks}; a camera that is lost is opened again.
 */
export class UrlChannel {
  readonly #url: string;
  readonly #settings: UrlChannelSettings;
  readonly #onEvent: (event: FeedEvent) => void;
  readonly #sinks: RemoteSinks;
  readonly #encoder = new JpegEncoder();
  readonly #over = new AbortController();
  #failure: unknown;
  #received = 0;
  #receivedBytes = 0;
  #reconnects = 0;

  /** @param url the camera's address, as `--source` takes it */
  constructor(url: string, settings: UrlChannelSettings, onEvent: (event: FeedEvent) => void) {
    this.#url = url;
    this.#settings = settings;
    this.#onEvent = onEvent;
    this.#sinks = new RemoteSinks(onEvent);
  }

  get link(): LinkState {
    return this.#sinks.report.link;
  }

  /** The counts up to now, as `ReceiverCounts` has them. */
  get counts(): { received: number; receivedBytes: number; reconnects: number } {
    const reconnects = this.#reconnects;
    return { received: this.#received, receivedBytes: this.#receivedBytes, reconnects };
  }

  /** Has a sink take pictures, until it is disposed of. */
  subscribe(sink: RemoteSink): Disposable {
    return this.#sinks.subscribe(sink);
  }

  /** The camera sends what it has. */
  show(): void {}

  /**
   * Reads the camera until the signal is aborted or all pictures have come: those that were asked
   * for, or those of a film.
   *
   * @throws {CaptureVideoError} when it cannot be opened or is lost, and trying again is not asked
   * for; what a sink throws
   */
  async run(signal: AbortSignal): Promise<void> {
    this.#sinks.report.connecting(`opening ${withoutPassword(this.#url)}`);
    const stop = AbortSignal.any([signal, this.#over.signal]);
    await using camera = await this.#makeFeed();
    const close = () => camera.frames.close();
    stop.addEventListener("abort", close);
    // It may have been stopped while the source was made.
    if (stop.aborted) close();
    try {
      using _want = camera.want();
      await this.#takeAll(camera);
    } finally {
      stop.removeEventListener("abort", close);
      await this.#encoder.close();
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** What only such cameras need is loaded for them alone. */
  async #makeFeed(): Promise<CameraFeed> {
    const { timeoutSeconds, maxFps } = this.#settings;
    const [{ SourceOpener }, { CameraFeed }] = await Promise.all([
      import("../camera/open_source.ts"),
      import("../channel/camera_feed.ts"),
    ]);
    const source = new SourceOpener({
      ...{
        source: this.#url,
        ...USUAL_SIZE,
        fps: maxFps ?? USUAL_FPS,
        format: "auto",
        control: [],
      },
      ...{ rotate: 0, flip: "none", timestamp: false, loop: false, wait: true },
      deviceTimeout: timeoutSeconds,
    }, { onOpened: (message) => this.#onEvent({ kind: "notice", message }) });
    await source.check();
    return new CameraFeed({
      source,
      lingerMs: 0,
      deviceTimeoutMs: timeoutSeconds * 1000,
      report: {
        state: (state) => this.#camera(state),
        damaged: ({ message }) => this.#onEvent({ kind: "damaged", message }),
        bug: (error) => this.#fail(error),
      },
    });
  }

  #camera(state: SourceState): void {
    this.#sinks.report.camera(state);
    if (state.camera === "live" && this.#received > 0) this.#reconnects++;
    if (state.camera !== "lost" || this.#settings.reconnect) return;
    this.#fail(new CaptureVideoError("camera-lost", `Cannot go on: ${state.why}`));
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    this.#over.abort();
  }

  async #takeAll({ frames }: CameraFeed): Promise<void> {
    const { maxFps, frames: most = Infinity } = this.#settings;
    const [{ FramePixels }, { RateLimit }] = await Promise.all([
      import("../channel/frame_pixels.ts"),
      import("../channel/rate_limit.ts"),
    ]);
    await using pixels = new FramePixels();
    const limit = maxFps === undefined ? undefined : new RateLimit(maxFps);
    for (let raw = await frames.next(); raw; raw = await frames.next()) {
      try {
        if (limit && !limit.take(raw.capturedAtMicros)) continue;
        if (raw.pixelFormat === "mjpg") this.#offer(raw.jpeg ?? raw.mat.getData(), raw);
        else await this.#offerPixels(await pixels.of(raw), raw);
        if (++this.#received >= most) return this.#over.abort();
      } finally {
        raw.release();
      }
    }
  }

  #offer(jpeg: Uint8Array, { capturedAtMicros }: RawFrame): void {
    this.#receivedBytes += jpeg.length;
    this.#sinks.offer({ jpeg, capturedAtMicros });
    this.#sinks.settle();
  }

  async #offerPixels(bgr: Mat, { capturedAtMicros }: RawFrame): Promise<void> {
    const compress = () => this.#encoder.encode(bgr, { quality: FILE_QUALITY });
    await this.#sinks.offerPixels(bgr, capturedAtMicros, compress);
  }
}
