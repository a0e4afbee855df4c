/**
 * What the receiving thread does: it keeps connected, writes the JPEGs, and decodes the newest.
 *
 * @module
 */

import { JpegOutput } from "../outputs/jpeg_output.ts";
import type {
  FeedEvent,
  FeedSettings,
  LinkState,
  Picture,
  PictureFeed,
  ReceiverCounts,
} from "./picture.ts";
import { PictureDecoder } from "./picture_decoder.ts";
import { RemoteChannel } from "./remote_channel.ts";

/**
 * A remote channel and its sinks, on the thread they are called on.
 *
 * - Pace: no picture waits for the output; what that does not take in time is left out of it.
 */
export class Receiver implements PictureFeed {
  readonly #channel: RemoteChannel;
  readonly #output: JpegOutput;
  readonly #decoder: PictureDecoder;

  constructor(settings: FeedSettings, onEvent: (event: FeedEvent) => void) {
    const { output, overwrite = false } = settings;
    const onOmitted = (message: string) => onEvent({ kind: "omitted", message });
    this.#channel = new RemoteChannel(settings, onEvent);
    this.#output = new JpegOutput(output, { overwrite, onOmitted });
    this.#decoder = new PictureDecoder((message) => onEvent({ kind: "damaged", message }));
    // Whoever else takes this host's pictures subscribes here.
    this.#channel.subscribe(this.#output);
    this.#channel.subscribe(this.#decoder);
  }

  get link(): LinkState {
    return this.#channel.link;
  }

  get counts(): ReceiverCounts {
    const { replaced, damaged } = this.#decoder;
    return { ...this.#channel.counts, replaced, damaged, omitted: this.#output.omitted };
  }

  next(): Promise<Picture | undefined> {
    return this.#decoder.next();
  }

  async run(signal: AbortSignal): Promise<void> {
    try {
      await this.#output.open();
      await this.#channel.run(signal).finally(() => this.#output.close());
    } finally {
      await this.#decoder.close();
    }
  }
}
