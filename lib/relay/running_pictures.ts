/**
 * Another host's pictures, received while they are wanted.
 *
 * @module
 */

import { RemoteChannel, type RemoteChannelSettings } from "../guest/remote_channel.ts";
import { RemotePictures, type RemotePicturesOptions } from "./remote_pictures.ts";

/** Options of {@linkcode RunningPictures}. */
export interface RunningPicturesOptions extends RemotePicturesOptions {
  /** Says a line there is to know. How the host is, the pictures' state says. */
  readonly say: (line: string) => void;
  /** Called when no more will come, by an error. */
  readonly onFailure: (error: unknown) => void;
}

/** A channel that runs until it is closed, and its pictures. */
export class RunningPictures extends RemotePictures {
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
