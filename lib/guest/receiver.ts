/**
 * What the receiving thread does for a camera: it keeps connected, writes the JPEGs, and decodes the newest.
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
import type { ViewSize } from "../protocol/messages.ts";
import { RemoteChannel } from "./remote_channel.ts";
import { UrlChannel } from "./url_channel.ts";

/**
 * A camera's channel and its sinks, on the thread they are called on.
 *
 * - Pace: no picture waits for the output; what that does not take in time is left out of it.
 */
export class Receiver implements PictureFeed {
  readonly #channel: RemoteChannel | UrlChannel;
  readonly #output: JpegOutput;
  readonly #decoder: PictureDecoder;

  constructor(settings: FeedSettings, onEvent: (event: FeedEvent) => void) {
    const { output, overwrite = false } = settings;
    const onOmitted = (message: string) => onEvent({ kind: "omitted", message });
    const { url } = settings;
    this.#channel = url === undefined
      ? new RemoteChannel(settings, onEvent)
      : new UrlChannel(url, settings, onEvent);
    this.#output = new JpegOutput(output, { overwrite, onOmitted });
    this.#decoder = new PictureDecoder((message) => onEvent({ kind: "damaged", message }));
    this.show(settings.view);
    // Whoever else takes this host's pictures subscribes here.
    if (output !== undefined) this.#channel.subscribe(this.#output);
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

  show(view: ViewSize | undefined): void {
    this.#decoder.view = view;
    this.#channel.show(view);
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
