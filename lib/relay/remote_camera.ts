/**
 * Another host's pictures, for a channel of this computer and for a file.
 *
 * @module
 */

import { JpegSource } from "../camera/jpeg_source.ts";
import { CameraFeed, type CameraReport } from "../channel/camera_feed.ts";
import type { Demand } from "../channel/demand.ts";
import type { FeedEvent, FeedSettings, LinkState, ReceiverCounts } from "../guest/picture.ts";
import { RemoteChannel } from "../guest/remote_channel.ts";
import { JpegOutput } from "../outputs/jpeg_output.ts";
import { RemotePictures } from "./remote_pictures.ts";

/** The rate that is reckoned with where none was asked for, in frames a second. */
const USUAL_FPS = 30;

/** Options of a {@linkcode RemoteCamera}. */
export interface RemoteCameraOptions {
  /** What is wanted of its pictures on this computer. */
  readonly demand: Demand;
  /** The monotonic clock, in microseconds. */
  readonly now: () => number;
  /** Hears what happens on the way from the host. */
  readonly onEvent: (event: FeedEvent) => void;
  /** Hears of an error that cannot happen. */
  readonly onBug: (error: unknown) => void;
}

/** One connection to a host for all who watch here; it is kept also while nobody does. */
export class RemoteCamera implements AsyncDisposable {
  /** The newest picture, as a camera's. */
  readonly feed: CameraFeed;
  /** Who hears of pictures that cannot be passed on. */
  readonly report: CameraReport;
  readonly #remote: RemoteChannel;
  readonly #output: JpegOutput;
  #pictures: RemotePictures | undefined;
  #damaged = 0;

  constructor(settings: FeedSettings, { demand, now, onEvent, onBug }: RemoteCameraOptions) {
    this.report = {
      // What there is to say of it, the link says.
      state: () => {},
      damaged: ({ message }) => {
        this.#damaged++;
        onEvent({ kind: "damaged", message });
      },
      bug: onBug,
    };
    const { output, overwrite = false, timeoutSeconds, maxFps: fps = USUAL_FPS } = settings;
    const onOmitted = (message: string) => onEvent({ kind: "omitted", message });
    const remote = this.#remote = new RemoteChannel(settings, onEvent);
    this.#output = new JpegOutput(output, { overwrite, onOmitted });
    remote.subscribe(this.#output);
    this.feed = new CameraFeed({
      source: {
        requested: { description: remote.where, width: 0, height: 0, fps, format: "" },
        open: async (onTrouble = () => {}, signal) => {
          this.#pictures = new RemotePictures(remote, { now, onTrouble });
          return new JpegSource(await this.#pictures.begin(signal));
        },
      },
      demand,
      lingerMs: 0,
      deviceTimeoutMs: timeoutSeconds * 1000,
      report: this.report,
    });
  }

  get link(): LinkState {
    return this.#remote.link;
  }

  get counts(): ReceiverCounts {
    const replaced = (this.#pictures?.replaced ?? 0) + this.feed.frames.replaced;
    return {
      ...this.#remote.counts,
      replaced,
      damaged: this.#damaged,
      omitted: this.#output.omitted,
    };
  }

  /**
   * Receives until the signal is aborted or all pictures have come that were asked for.
   *
   * @throws {CaptureVideoError} what `RemoteChannel.run` throws; `output`
   */
  async run(signal: AbortSignal): Promise<void> {
    try {
      await this.#output.open();
      using _wanted = this.feed.want();
      await this.#remote.run(signal).finally(() => this.#output.close());
    } finally {
      this.feed.frames.finish();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.feed[Symbol.asyncDispose]();
  }
}
