/**
 * The guest: receives a host's pictures on one thread and shows them in a window on another.
 *
 * @example
 * ```sh
 * deno task guest 192.168.1.20
 * ```
 * @module
 */

import { log } from "./lib/cli/log.ts";
import { runMain } from "./lib/cli/main.ts";
import { type GuestStats, StatsPrinter } from "./lib/cli/stats.ts";
import { GuestReport } from "./lib/guest/guest_report.ts";
import { HeadlessViewer } from "./lib/display/headless_viewer.ts";
import type { PictureFeed } from "./lib/guest/picture.ts";
import { Receiver } from "./lib/guest/receiver.ts";
import { Viewer } from "./lib/display/viewer.ts";
import { WorkerFeed } from "./lib/guest/worker_feed.ts";
import { monotonicMicros } from "./lib/opencv/mod.ts";
import { OPTIONS, type Settings } from "./settings.ts";

/** Runs the guest until the user, the signal or a limit ends it. */
async function main(settings: Settings<"guest">, signal: AbortSignal): Promise<void> {
  const end = new AbortController();
  const stop = AbortSignal.any([signal, end.signal]);
  // A host can provoke these.
  using links = log.rateLimited({ burst: 20 });
  using damage = log.rateLimited();
  using omission = log.rateLimited();
  // A window needs its thread for itself; without one there is nothing that receiving could disturb.
  const Feed = settings.window ? WorkerFeed : Receiver;
  const feed = new Feed({
    hostname: settings.host,
    port: settings.port,
    timeoutSeconds: settings.timeout,
    maxFps: settings.maxFps,
    reconnect: settings.reconnect,
    frames: settings.frames,
    output: settings.output,
    overwrite: settings.overwrite,
  }, {
    onLink: ({ state, why }) => links.info(why ? `${state}: ${why}` : state),
    onDamaged: (message) => damage.warn(message),
    onOmitted: (message) => omission.warn(message),
  });
  // It connects while the window is made.
  const receiving = feed.run(stop);
  const received = receiving.catch(() => {});
  const showing = show(feed, settings, { stop, end: () => end.abort(), received });
  // Why it ended is the last that is said, so both are waited for.
  await Promise.allSettled([receiving, showing]);
  await Promise.all([receiving, showing]);
}

/** Shows the pictures, or only counts them, until they end or are to end. */
async function show(
  feed: PictureFeed,
  settings: Settings<"guest">,
  { stop, end, received }: { stop: AbortSignal; end: () => void; received: Promise<void> },
): Promise<void> {
  using clean = new DisposableStack();
  clean.defer(end);
  let lost: Error | undefined;
  const viewer = clean.use(
    settings.window
      ? new Viewer({
        name: "image",
        feed,
        now: monotonicMicros,
        overlay: settings.overlay,
        maxAgeMs: settings.maxAge,
        onClose: end,
        onLost: (error) => {
          lost = error;
          end();
        },
      })
      : new HeadlessViewer(feed, monotonicMicros, { maxAgeMs: settings.maxAge }),
  );
  const report = new GuestReport(feed, viewer);
  using stats = new StatsPrinter({
    mode: settings.stats,
    snapshot: (): GuestStats => report.take(),
  });
  stats.start();
  if (settings.duration !== undefined) {
    clean.adopt(setTimeout(end, settings.duration * 1000), clearTimeout);
  }
  const { promise: stopped, resolve } = Promise.withResolvers<void>();
  stop.addEventListener("abort", () => resolve());
  await Promise.race([stopped, viewer.run()]);
  clean.dispose();
  // The last report is about all of it.
  await received;
  if (lost) throw lost;
}

await runMain({ program: "guest", options: OPTIONS }, main);
