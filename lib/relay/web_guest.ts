/**
 * The guest whose window is a browser: pictures go on as they came, and are decoded there.
 *
 * @module
 */

import { Cameras } from "../channel/cameras.ts";
import { Channel } from "../channel/channel.ts";
import { Demand } from "../channel/demand.ts";
import { PictureEncoder } from "../channel/picture_encoder.ts";
import { ONLY_CAMERA } from "../cli/camera_name.ts";
import { StatsPrinter, type StatsPrinterOptions } from "../cli/stats.ts";
import { GuestReport } from "../guest/guest_report.ts";
import type { FeedEvent, FeedSettings } from "../guest/picture.ts";
import { ViewFigures } from "../guest/view_figures.ts";
import { Admission, type AdmissionLimits } from "../host/admission.ts";
import { HostLog } from "../host/host_log.ts";
import { HostReport } from "../host/host_report.ts";
import { everyAddress } from "../host/listening.ts";
import { TcpServer } from "../host/tcp_server.ts";
import { monotonicMicros as now } from "../opencv/mod.ts";
import type { HostPrivacy } from "../privacy/host_privacy.ts";
import { openWebDoor, type WebSettings } from "../web/host_door.ts";
import { openBrowser } from "./local_browser.ts";
import { RemoteCamera } from "./remote_camera.ts";
import { captureTimeOf } from "./remote_pictures.ts";

/** What the user says of it. */
export interface WebGuestSettings
  extends FeedSettings, AdmissionLimits, Omit<WebSettings, "isOwnKey"> {
  /** Whether other computers' browsers are let in, by this computer's own key. */
  readonly share: boolean;
  /** Whether the page is opened on this computer, where that has a browser. */
  readonly browser: boolean;
  /** An older picture counts as stale, in milliseconds; 0: none does. */
  readonly maxAge: number;
  readonly stats: StatsPrinterOptions["mode"];
}

/** Where the browsers of this computer come in. */
const LOOPBACK = "127.0.0.1";

/**
 * Receives until the signal or the last picture, and lets browsers in meanwhile.
 *
 * @param onEvent hears what happens on the way from the host
 * @throws {CaptureVideoError} what `RemoteCamera.run` and `openWebDoor` throw
 * @throws {UsageError} the settings contradict each other
 */
export async function showInBrowsers(
  settings: WebGuestSettings,
  onEvent: (event: FeedEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const { share, browser, maxAge: maxAgeMs, stats } = settings;
  const end = new AbortController();
  const finish = () => end.abort("the guest was ended");
  if (signal.aborted) finish();
  signal.addEventListener("abort", finish);
  const { signal: stop } = end;
  using report = new HostLog();
  const onBug = (error: unknown) => report.bug(error);

  // The host's pictures, in a channel of our own: nothing is compressed here.
  await using encoder = new PictureEncoder(null);
  const demand = new Demand(encoder);
  await using camera = new RemoteCamera(settings, { demand, now, onEvent, onBug });
  const channel = new Channel({
    ...{ name: settings.camera ?? ONLY_CAMERA, camera: camera.feed, demand, encoder, now },
    report: camera.report,
  });
  const cameras = new Cameras([channel]);

  // Who takes them: browsers, and what reads streams.
  const admission = new Admission(settings);
  const listening = share
    ? { host: everyAddress(), privacy: await ownPrivacy() }
    : { host: LOOPBACK };
  const { privacy } = listening;
  const server = new TcpServer({
    ...{ cameras, admission, hostname: Deno.hostname(), privacy, now, report },
  });
  const figures = new HostReport([channel]);
  figures.include(server);
  await using door = await openWebDoor({
    ...{ cameras, admission, now, report, listening, server, stop, onBug },
    settings: { ...settings, isOwnKey: true },
    figures: () => figures.recent(),
    pages: new Map(),
  });
  figures.include(door.pictures);

  const view = { figures: new ViewFigures({ now, maxAgeMs }), shown: 0 };
  const reporter = new GuestReport(camera, view);
  using _stats = new StatsPrinter({ mode: stats, snapshot: () => reporter.take() });
  const receiving = camera.run(stop);
  const publishing = publish();
  const ended = receiving.finally(finish);
  // Why it ended is the last that is said, so all are waited for.
  const all = [ended, receiving, publishing, server.serve(undefined, stop)];
  await Promise.allSettled(all);
  await Promise.all(all);

  /** Offers each picture to all who watch. */
  async function publish(): Promise<void> {
    const { frames } = camera.feed;
    // The key would stand in a command line, where everyone on this computer can read it.
    let opensBrowser = browser && !privacy;
    for (let frame = await frames.next(); frame; frame = await frames.next()) {
      if (opensBrowser) openBrowser(door.url);
      opensBrowser = false;
      await channel.publish(frame);
      const nowMicros = now();
      view.figures.handedOver(captureTimeOf(frame), nowMicros);
      view.figures.onScreen(nowMicros);
      if (demand.jpegSinks.size > 0) view.shown++;
      frame.release();
    }
  }
}

/** What this computer is known by, as when it is a host. */
async function ownPrivacy(): Promise<HostPrivacy> {
  const { HostPrivacy, loadIdentity, userFolder } = await import("../privacy/mod.ts");
  const folder = userFolder();
  return new HostPrivacy({ identity: await loadIdentity(folder), folder, now });
}
