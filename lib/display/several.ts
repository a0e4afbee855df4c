/**
 * Several cameras at once: each with a feed of its own, in one window or without.
 *
 * @module
 */

import { log } from "../cli/log.ts";
import { StatsPrinter } from "../cli/stats.ts";
import { CaptureVideoError, UsageError } from "../flow/errors.ts";
import { SharedTurn } from "../flow/shared_turn.ts";
import { aborted } from "../flow/timing.ts";
import type { NamedCamera } from "../guest/camera_address.ts";
import { FeedLog } from "../guest/feed_log.ts";
import { type CameraSettings, findCameras } from "../guest/find_cameras.ts";
import { GuestReport } from "../guest/guest_report.ts";
import type { FeedSettings, LinkState } from "../guest/picture.ts";
import { ReceivingThreads } from "../guest/receiving_threads.ts";
import { WorkerFeed } from "../guest/worker_feed.ts";
import { monotonicMicros as now, needOpenCv } from "../opencv/mod.ts";
import { describeError } from "../text/error_text.ts";
import { Grid } from "./grid.ts";
import { HeadlessViewer } from "./headless_viewer.ts";

/** Which cameras are shown, how, and until when. */
export interface SeveralSettings
  extends CameraSettings, Pick<FeedSettings, "maxFps" | "frames" | "open" | "key" | "output"> {
  /** Whether only the cameras' names are wanted, which are one host's. */
  readonly list: boolean;
  /** The port on which browsers are served: for one camera alone. */
  readonly web: number | undefined;
  readonly window: boolean;
  readonly overlay: boolean;
  /** An older picture is not live, in milliseconds; 0: each is. */
  readonly maxAge: number;
  /** How long a live camera may send no picture, in seconds. */
  readonly timeout: number;
  /** The setting `--stats`: of each camera. */
  readonly stats: "off" | "line" | "json";
}

/** What all of them have in common. */
interface Shared {
  readonly settings: SeveralSettings;
  readonly grid: Grid | undefined;
  readonly threads: ReceivingThreads;
  /** Who asks for a key now. */
  readonly asking: SharedArrayBuffer;
  readonly stop: AbortSignal;
}

/**
 * Shows cameras until the user, the signal, a limit, or the last of them ends it.
 *
 * - Independence: a camera that comes, fails or ends changes nothing for the others.
 *
 * @throws {UsageError} when their pictures are to be written, or their names listed
 * @throws {CaptureVideoError} when all have ended, and one of them by an error; when the display
 * goes away; what finding them throws
 */
export async function showSeveral(given: SeveralSettings, signal: AbortSignal): Promise<void> {
  // Each camera's address says where it is; what says that of a single one is not meant.
  const settings = { ...given, camera: undefined, nats: undefined };
  if (settings.output !== undefined) {
    throw new UsageError("--output writes one camera's pictures: give one address");
  }
  if (settings.web !== undefined) {
    throw new UsageError("--web shows one camera: give one address");
  }
  if (settings.list) throw new UsageError("--list asks one host for its cameras: give one address");
  needOpenCv(settings.window ? "show pictures in a window" : "decode pictures");
  const { timeout: timeoutSeconds } = settings;
  const end = new AbortController();
  const stop = AbortSignal.any([signal, end.signal]);
  using grid = settings.window ? openGrid(settings, end) : undefined;
  const asking = new SharedTurn().memory;
  const shared = { settings, grid, stop, asking, threads: new ReceivingThreads() };
  const watching: Promise<void>[] = [];
  let failed = 0;
  const watchAll = async () => {
    for await (const camera of findCameras({ ...settings, timeoutSeconds, asking }, stop)) {
      watching.push(
        watch(camera, shared).catch((error) => {
          // What cannot happen ends all of it.
          if (!describeError(error).expected) end.abort(error);
          failed++;
        }),
      );
    }
    await Promise.all(watching);
    if (failed > 0 && !stop.aborted) {
      const message = `Cannot go on: ${failed} of ${watching.length} cameras ended with an error`;
      throw new CaptureVideoError("connection", message);
    }
  };
  const all = watchAll();
  try {
    await Promise.race([aborted(stop), all]);
  } finally {
    end.abort();
    await Promise.allSettled([all]);
  }
  const { reason } = end.signal;
  if (!(reason instanceof DOMException)) throw reason;
}

function openGrid({ overlay, maxAge }: SeveralSettings, end: AbortController): Grid {
  return new Grid({
    ...{ name: "image", now, overlay, maxAgeMs: maxAge },
    onClose: () => end.abort(),
    onLost: (error) => end.abort(error),
  });
}

/** Shows one camera to its end. */
async function watch(camera: NamedCamera, shared: Shared): Promise<void> {
  const { settings, grid, threads, asking, stop } = shared;
  const { maxAge: maxAgeMs, timeout: timeoutSeconds } = settings;
  const { name } = camera;
  using lines = new FeedLog(name);
  const feed = new WorkerFeed(
    { ...settings, ...camera, timeoutSeconds, asking },
    (event) => lines.write(event),
    threads.next(),
  );
  let over: LinkState | undefined;
  const viewer = grid?.add(name, {
    show: (view) => feed.show(view),
    get link() {
      return over ?? feed.link;
    },
  }) ?? new HeadlessViewer({ now, maxAgeMs });
  const report = new GuestReport(feed, viewer, name);
  using _stats = new StatsPrinter({ mode: settings.stats, snapshot: () => report.take() });
  const receiving = feed.run(stop);
  // Why it ended is looked at when its last picture was shown.
  receiving.catch(() => {});
  try {
    for (let next = await feed.next(); next; next = await feed.next()) viewer.offer(next);
    await receiving;
    over = { state: "lost", why: "ended" };
  } catch (error) {
    const { line } = describeError(error);
    log.warn(`${name}: ${line}`);
    over = { state: "lost", why: line };
    throw error;
  }
}
