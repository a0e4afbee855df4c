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
import { StatsPrinter } from "./lib/cli/stats.ts";
import { locate, printHosts } from "./lib/discovery/choice.ts";
import { HeadlessViewer } from "./lib/display/headless_viewer.ts";
import { Viewer } from "./lib/display/viewer.ts";
import { CaptureVideoError, UsageError } from "./lib/flow/errors.ts";
import { aborted } from "./lib/flow/timing.ts";
import { FeedLog } from "./lib/guest/feed_log.ts";
import { GuestReport } from "./lib/guest/guest_report.ts";
import { printCameras } from "./lib/guest/host_cameras.ts";
import type { FeedEvent, PictureFeed } from "./lib/guest/picture.ts";
import { Receiver } from "./lib/guest/receiver.ts";
import { NO_ADDRESS } from "./lib/guest/remote_channel.ts";
import { WorkerFeed } from "./lib/guest/worker_feed.ts";
import { monotonicMicros, needOpenCv } from "./lib/opencv/mod.ts";
import { givenKey } from "./lib/privacy/key_file.ts";
import { RememberedKeys } from "./lib/privacy/remembered_keys.ts";
import { HOST, OPTIONS, PORT, type Settings } from "./settings.ts";

/** Runs the guest until the user, the signal or a limit ends it. */
async function main(settings: Settings<"guest">, signal: AbortSignal): Promise<void> {
  if (settings.forget !== undefined) return forgetKey(settings.forget);
  if (settings.find) return await printHosts(settings, signal);
  const { list, web, window = web === undefined, duration } = settings;
  if (web !== undefined && window) {
    throw new UsageError("--web is in place of the window: leave out --window");
  }
  // It counts from here on: looking for a host is a part of it.
  const limit = new AbortController();
  if (duration !== undefined) Deno.unrefTimer(setTimeout(() => limit.abort(), duration * 1000));
  signal = AbortSignal.any([signal, limit.signal]);
  if (settings.all || settings.tiles.length > 0) {
    const { showSeveral } = await import("./lib/display/several.ts");
    return await showSeveral({ ...settings, window, key: givenKey(settings) }, signal);
  }
  const needsOpenCv = !list && web === undefined;
  if (needsOpenCv) needOpenCv(window ? "show pictures in a window" : "decode pictures");
  const host = await whichCamera(settings, signal);
  if (host === undefined) return;
  const key = givenKey(settings);
  if (list) return await printCameras({ ...settings, ...host, key }, signal);
  using lines = new FeedLog();
  const onEvent = (event: FeedEvent) => lines.write(event);
  const feedSettings = { ...settings, ...host, key, timeoutSeconds: settings.timeout };
  // Browsers decode by themselves; where none is wanted, nothing of that is loaded.
  if (web !== undefined) {
    const { showInBrowsers } = await import("./lib/relay/web_guest.ts");
    return await showInBrowsers({ ...feedSettings, web }, onEvent, signal);
  }
  const end = new AbortController();
  const stop = AbortSignal.any([signal, end.signal]);
  // One thread connects, receives and decodes; where there is no window, nothing could disturb it.
  const Feed = window ? WorkerFeed : Receiver;
  const feed = new Feed(feedSettings, onEvent);
  const receiving = feed.run(stop);
  // The other one shows, as soon as there is something to show.
  const showing = show(feed, { settings, window, end, stop, receiving }).finally(() => end.abort());
  // Why it ended is the last that is said, so both are waited for.
  await Promise.allSettled([receiving, showing]);
  await Promise.all([receiving, showing]);
}

/** Where the pictures come from: a host, or a NATS server; `undefined` when it was ended before. */
async function whichCamera(settings: Settings<"guest">, signal: AbortSignal) {
  if (settings.nats === undefined) {
    const host = await locate({ ...settings, usualHost: HOST, usualPort: PORT }, signal);
    return host && { ...host, nats: undefined };
  }
  const { natsCamera } = await import("./lib/nats/settings.ts");
  return { ...NO_ADDRESS, nats: natsCamera(settings.nats, settings) };
}

/** Forgets a host's key. */
function forgetKey(host: string): void {
  if (new RememberedKeys().forget(host)) return log.info(`the key of ${host} is forgotten`);
  throw new CaptureVideoError("identity", `Cannot forget the key of ${host}: none is remembered`);
}

/** Offers each picture to a window, or to what only counts it, until the end. */
async function show(
  feed: PictureFeed,
  { settings, window, end, stop, receiving }: {
    settings: Settings<"guest">;
    window: boolean;
    end: AbortController;
    stop: AbortSignal;
    receiving: Promise<void>;
  },
): Promise<void> {
  const { overlay, maxAge: maxAgeMs } = settings;
  const now = monotonicMicros;
  using viewer = window
    ? new Viewer({
      name: "image",
      feed,
      now,
      overlay,
      maxAgeMs,
      onClose: () => end.abort(),
      onLost: (error) => end.abort(error),
    })
    : new HeadlessViewer({ now, maxAgeMs });
  const report = new GuestReport(feed, viewer);
  using _stats = new StatsPrinter({ mode: settings.stats, snapshot: () => report.take() });
  await Promise.race([aborted(stop), offerAll(feed, viewer)]);
  viewer[Symbol.dispose]();
  end.abort();
  // The last report is about all of it.
  await receiving.catch(() => {});
  const { reason } = end.signal;
  if (reason instanceof CaptureVideoError) throw reason;
}

/** Asks for a picture when the one before is shown, so that none waits. */
async function offerAll(feed: PictureFeed, viewer: Viewer | HeadlessViewer): Promise<void> {
  for (let next = await feed.next(); next; next = await feed.next()) viewer.offer(next);
}

await runMain({ program: "guest", options: OPTIONS }, main);
