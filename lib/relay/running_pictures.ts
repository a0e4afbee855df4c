/**
 * Another host's pictures, received while they are wanted.
 *
 * @module
 */

import type { FrameSource, HearTrouble } from "../camera/source.ts";
import { CaptureVideoError, type ErrorCode } from "../flow/errors.ts";
import { pause } from "../flow/timing.ts";
import { RemoteChannel, type RemoteChannelSettings } from "../guest/remote_channel.ts";
import { RemotePictures, type RemotePicturesOptions } from "./remote_pictures.ts";

/** Who was turned away comes again after so long, in milliseconds: the other side may have changed. */
const AGAIN_AFTER_REFUSAL_MS = 10_000;

/** What may be otherwise later, without the user. */
const PASSING: readonly ErrorCode[] = ["connection", "refused"];

/** Whether an error may be none later, without the user. */
export function mayPass(error: unknown): error is CaptureVideoError {
  return error instanceof CaptureVideoError && PASSING.includes(error.code);
}

/** Options of a {@linkcode RemoteOpener}. */
export interface RemoteOpenerOptions {
  /** The monotonic clock, in microseconds. */
  readonly now: () => number;
  /** Says a line there is to know. How the host is, the pictures' state says. */
  readonly say: (line: string) => void;
  /** Ends the waiting. */
  readonly stop: AbortSignal;
}

/** Opens one host's pictures again and again, and not soon after the host has refused that. */
export class RemoteOpener {
  readonly #settings: RemoteChannelSettings;
  readonly #options: RemoteOpenerOptions;
  #refusedUntilMs = 0;

  constructor(settings: RemoteChannelSettings, options: RemoteOpenerOptions) {
    this.#settings = settings;
    this.#options = options;
    settings.relays?.comesVia([]);
  }

  /** Connects, and waits for the first picture. */
  async open(onTrouble: HearTrouble, signal?: AbortSignal): Promise<FrameSource> {
    const { now, say, stop } = this.#options;
    await pause(Math.max(0, this.#refusedUntilMs - performance.now()), signal ?? stop);
    const onFailure = (error: unknown) => {
      if (!mayPass(error)) this.#refusedUntilMs = performance.now() + AGAIN_AFTER_REFUSAL_MS;
    };
    return await RunningPictures.open(this.#settings, { now, onTrouble, say, onFailure }, signal);
  }
}

/** Options of {@linkcode RunningPictures}. */
interface RunningPicturesOptions extends RemotePicturesOptions, Pick<RemoteOpenerOptions, "say"> {
  /** Called when no more will come, by an error. */
  readonly onFailure: (error: unknown) => void;
}

/** A channel that runs until it is closed, and its pictures. */
class RunningPictures extends RemotePictures {
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  readonly #relays: RemoteChannelSettings["relays"];

  private constructor(
    channel: RemoteChannel,
    relays: RemoteChannelSettings["relays"],
    options: RunningPicturesOptions,
  ) {
    super(channel, options);
    this.#relays = relays;
    this.#running = channel.run(this.#stop.signal).catch((error) => {
      options.onFailure(error);
      this.finish(error);
    });
  }

  /**
   * Connects, and waits for the first picture.
   *
   * @param signal closes it, also later
   * @throws what `RemoteChannel.run` throws
   */
  static async open(
    settings: RemoteChannelSettings,
    options: RunningPicturesOptions,
    signal?: AbortSignal,
  ): Promise<RunningPictures> {
    const channel = new RemoteChannel(settings, (event) => {
      if (event.kind === "notice") options.say(event.message);
    });
    const pictures = new RunningPictures(channel, settings.relays, options);
    try {
      return await pictures.begin(signal);
    } catch (error) {
      await pictures.close();
      throw error;
    }
  }

  override async close(): Promise<void> {
    await super.close();
    this.#stop.abort();
    await this.#running;
    this.#relays?.comesVia([]);
  }
}
