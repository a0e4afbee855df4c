/**
 * The guest: receives a host's pictures on one thread and shows them in a window on another.
 *
 * @example
 * ```sh
 * deno task guest 192.168.1.20
 * ```
 * @module
 */

import { runMain } from "./lib/cli/main.ts";
import { StatsPrinter } from "./lib/cli/stats.ts";
import { HeadlessViewer } from "./lib/display/headless_viewer.ts";
import { Viewer } from "./lib/display/viewer.ts";
import { FeedLog } from "./lib/guest/feed_log.ts";
import { GuestEnd } from "./lib/guest/guest_end.ts";
import { GuestReport } from "./lib/guest/guest_report.ts";
import type { PictureFeed } from "./lib/guest/picture.ts";
import { Receiver } from "./lib/guest/receiver.ts";
import { WorkerFeed } from "./lib/guest/worker_feed.ts";
import { monotonicMicros } from "./lib/opencv/mod.ts";
import { OPTIONS, type Settings } from "./settings.ts";

/** Runs the guest until the user, the signal or a limit ends it. */
async function main(settings: Settings<"guest">, signal: AbortSignal): Promise<void> {
  using lines = new FeedLog();
  using end = new GuestEnd(signal);
  // One thread connects, receives and decodes; where there is no window, nothing could disturb it.
  const Feed = settings.window ? WorkerFeed : Receiver;
  const feed = new Feed({
    ...settings,
    hostname: settings.host,
    timeoutSeconds: settings.timeout,
  }, lines);
  const receiving = feed.run(end.signal);
  // The other one shows, as soon as there is something to show.
  const showing = show(feed, { settings, end, receiving }).finally(() => end.begin());
  // Why it ended is the last that is said, so both are waited for.
  await Promise.allSettled([receiving, showing]);
  await Promise.all([receiving, showing]);
}

/** Shows the newest picture, again and again. */
async function show(
  feed: PictureFeed,
  { settings, end, receiving }: {
    settings: Settings<"guest">;
    end: GuestEnd;
    receiving: Promise<void>;
  },
): Promise<void> {
  const { overlay, maxAge: maxAgeMs } = settings;
  using viewer = settings.window
    ? new Viewer({
      name: "image",
      feed,
      now: monotonicMicros,
      overlay,
      maxAgeMs,
      onClose: () => end.begin(),
      onLost: (error) => end.begin(error),
    })
    : new HeadlessViewer(feed, monotonicMicros, { maxAgeMs });
  const report = new GuestReport(feed, viewer);
  using stats = new StatsPrinter({ mode: settings.stats, snapshot: () => report.take() });
  stats.start();
  end.in(settings.duration);
  await Promise.race([end.begun, viewer.run()]);
  viewer[Symbol.dispose]();
  end.begin();
  // The last report is about all of it.
  await receiving.catch(() => {});
  end.throwIfFailed();
}

await runMain({ program: "guest", options: OPTIONS }, main);
