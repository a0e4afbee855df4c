/**
 * The guest: receives a host's pictures on one thread and shows them on another.
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
import { HeadlessViewer } from "./lib/guest/headless_viewer.ts";
import { Viewer } from "./lib/guest/viewer.ts";
import { WorkerFeed } from "./lib/guest/worker_feed.ts";
import { monotonicMicros } from "./lib/opencv/mod.ts";
import type { Settings } from "./settings.ts";

/** Runs the guest until the user, the signal or a limit ends it. */
async function main(settings: Settings<"guest">, signal: AbortSignal): Promise<void> {
  const end = new AbortController();
  const damage = log.rateLimited();
  await using feed = new WorkerFeed({
    hostname: settings.host,
    port: settings.port,
    timeoutSeconds: settings.timeout,
    reconnect: settings.reconnect,
    frames: settings.frames,
    output: settings.output,
  }, {
    onLink: ({ state, why }) => log.info(why ? `${state}: ${why}` : state),
    onDamaged: (message) => damage.warn(message),
  });
  using viewer = settings.window
    ? new Viewer({
      name: "image",
      feed,
      now: monotonicMicros,
      overlay: settings.overlay,
      maxAgeMs: settings.maxAge,
      onClose: () => end.abort(),
    })
    : new HeadlessViewer(feed, monotonicMicros, { maxAgeMs: settings.maxAge });
  const report = new GuestReport(feed, viewer);
  using stats = new StatsPrinter({
    mode: settings.stats,
    snapshot: (): GuestStats => report.take(),
  });
  stats.start();

  using timers = new DisposableStack();
  const { duration } = settings;
  if (duration !== undefined) {
    timers.adopt(setTimeout(() => end.abort(), duration * 1000), clearTimeout);
  }
  const stop = AbortSignal.any([signal, end.signal]);
  const stopped = new Promise<void>((resolve) => stop.addEventListener("abort", () => resolve()));
  await Promise.race([stopped, Promise.all([viewer.run(), feed.ended])]);
}

await runMain("guest", main);
