/**
 * One camera of a host, from its source to its channel.
 *
 * @module
 */

import { type OutsideMakers, SourceOpener, type SourceSettings } from "../camera/open_source.ts";
import { CameraFeed, type CameraReport } from "./camera_feed.ts";
import { Channel } from "./channel.ts";
import { Demand } from "./demand.ts";
import { PictureEncoder } from "./picture_encoder.ts";
import type { RelayChain } from "./relay_chain.ts";

/** What is asked of one camera. */
export interface CameraSettings extends SourceSettings {
  readonly name: string;
  /** JPEG quality, 0 to 100. */
  readonly quality: number;
  readonly passthrough: "auto" | "off";
  /** How long it stays open after the last one left, in seconds. */
  readonly linger: number;
}

/** Options of a {@linkcode CameraChannel}. */
export interface CameraChannelOptions {
  /** Who makes sources that others than this program open. */
  readonly outside: OutsideMakers;
  /** The monotonic clock, in microseconds. */
  readonly now: () => number;
  /** Who else shows its pictures, as its source may want to know. */
  readonly relays: RelayChain;
  readonly report: CameraReport & { opened(line: string): void };
}

/**
 * A camera with all that is its own: nothing of it waits for another's.
 *
 * - Dispose: the camera is closed, unless a read hangs in its driver.
 */
export class CameraChannel implements AsyncDisposable {
  readonly source: SourceOpener;
  readonly encoder: PictureEncoder;
  readonly feed: CameraFeed;
  readonly channel: Channel;

  constructor(settings: CameraSettings, { outside, now, relays, report }: CameraChannelOptions) {
    const { name, quality, passthrough, linger, deviceTimeout } = settings;
    this.source = new SourceOpener(settings, {
      outside,
      needsPixels: passthrough === "off" ? "--passthrough off says so" : undefined,
      onOpened: (line) => report.opened(line),
    });
    const encoder = this.encoder = new PictureEncoder(quality);
    const demand = new Demand(encoder);
    const camera = this.feed = new CameraFeed({
      source: this.source,
      demand,
      lingerMs: linger * 1000,
      deviceTimeoutMs: deviceTimeout * 1000,
      report,
    });
    this.channel = new Channel({ name, camera, demand, encoder, now, relays, report });
  }

  /** Compresses each picture and offers it to all, until there are no more: a film has an end. */
  async publish(): Promise<void> {
    const { frames } = this.feed;
    for (let frame = await frames.next(); frame; frame = await frames.next()) {
      await this.channel.publish(frame);
      frame.release();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.feed[Symbol.asyncDispose]();
    await this.encoder[Symbol.asyncDispose]();
  }
}
