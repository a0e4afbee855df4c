/**
 * A guest's feed and the hosts that it connects to, which the test plays one after another.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { FeedEvent, FeedSettings, LinkState } from "../../lib/guest/picture.ts";
import { numberedJpeg } from "../support/numbered_pictures.ts";
import { TestHost } from "../support/peers.ts";

/** What a feed receives, but for from where. */
export const FEED_SETTINGS = {
  timeoutSeconds: 60,
  maxFps: undefined,
  reconnect: true,
  frames: undefined,
  output: undefined,
  open: false,
  key: undefined,
};

/** What receives until its signal, or cannot go on. */
interface Feed {
  run(signal: AbortSignal): Promise<void>;
}

/** A feed that runs, a listener for it to connect to, and what it said. */
export class HostsStage<F extends Feed> implements AsyncDisposable {
  readonly listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly feed: F;
  readonly links: LinkState[] = [];
  readonly damage: string[] = [];
  readonly omissions: string[] = [];
  readonly notices: string[] = [];
  readonly stop = new AbortController();
  /** How the feed ended: with an error, or `undefined`. */
  readonly ended: Promise<unknown>;
  readonly #hosts: TestHost[] = [];

  constructor(
    make: (settings: FeedSettings, onEvent: (event: FeedEvent) => void) => F,
    settings: Partial<FeedSettings> = {},
  ) {
    this.feed = make({
      hostname: "127.0.0.1",
      port: this.listener.addr.port,
      ...FEED_SETTINGS,
      ...settings,
    }, (event) => {
      if (event.kind === "link") this.links.push(event.link);
      if (event.kind === "damaged") this.damage.push(event.message);
      if (event.kind === "omitted") this.omissions.push(event.message);
      if (event.kind === "notice") this.notices.push(event.message);
    });
    this.ended = this.feed.run(this.stop.signal).then(() => undefined, (error) => error);
  }

  /** The states that the link has had, each once until it changed. */
  get states(): string[] {
    return this.links.map(({ state }) => state).filter((state, at, all) => state !== all[at - 1]);
  }

  /** The next host that the feed connects to; it was welcomed there. */
  async host(): Promise<TestHost> {
    const host = await TestHost.accept(this.listener);
    this.#hosts.push(host);
    await host.welcome();
    return host;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop.abort();
    await this.ended;
    for (const host of this.#hosts) host[Symbol.dispose]();
    this.listener.close();
  }
}

/** Sends a picture of this number, and waits until it was acknowledged. */
export async function sendPicture(
  host: TestHost,
  number: number,
  jpeg?: Uint8Array,
): Promise<void> {
  const picture = jpeg ?? await numberedJpeg(number);
  await host.send({ type: "frame", sequence: number, capturedAtMicros: 1, jpeg: picture });
  assert.equal((await host.next("ack")).sequence, number);
}
