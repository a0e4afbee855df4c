/**
 * The host: captures a camera, compresses each picture once and sends it to any number of guests.
 *
 * @example
 * ```sh
 * deno task host --source test --share
 * ```
 * @module
 */

import { BrowserCamera } from "./lib/camera/browser_camera.ts";
import { SourceOpener } from "./lib/camera/open_source.ts";
import { listCameras } from "./lib/camera/v4l2/cameras.ts";
import { describeCameras } from "./lib/camera/v4l2/describe.ts";
import { CameraFeed } from "./lib/channel/camera_feed.ts";
import { Cameras } from "./lib/channel/cameras.ts";
import { Channel } from "./lib/channel/channel.ts";
import { Demand } from "./lib/channel/demand.ts";
import { PictureEncoder } from "./lib/channel/picture_encoder.ts";
import { ONLY_CAMERA } from "./lib/cli/camera_name.ts";
import { log } from "./lib/cli/log.ts";
import { runMain } from "./lib/cli/main.ts";
import { print } from "./lib/cli/print.ts";
import { StatsPrinter } from "./lib/cli/stats.ts";
import { announce } from "./lib/discovery/announce.ts";
import { nameOfMachine } from "./lib/discovery/names.ts";
import { openPreview } from "./lib/display/preview.ts";
import { Admission } from "./lib/host/admission.ts";
import { HostLog } from "./lib/host/host_log.ts";
import { HostReport } from "./lib/host/host_report.ts";
import { listen, type Listening, newKeyOfHost } from "./lib/host/listening.ts";
import { TcpServer } from "./lib/host/tcp_server.ts";
import { monotonicMicros as now, openCvIsThere } from "./lib/opencv/mod.ts";
import { PROTOCOL_VERSION } from "./lib/protocol/header.ts";
import type { WebDoor, WebDoorOptions } from "./lib/web/host_door.ts";
import { OPTIONS, PORT, type Settings, WEB_PORT } from "./settings.ts";

/** What pages may ask for is what the options may say. */
const CONTROL_BOUNDS = { quality: OPTIONS.quality, side: OPTIONS.width, fps: OPTIONS.fps };

/** Runs the host until the user, the signal or the end of a video file ends it. */
async function main(settings: Settings<"host">, signal: AbortSignal): Promise<void> {
  if (settings.list) return print(describeCameras(listCameras(settings)));
  if (settings.newKey) return print(await newKeyOfHost());
  using report = new HostLog();

  // The camera: it is opened when the first guest comes.
  const browserCamera = settings.source === "browser"
    ? new BrowserCamera(settings, now)
    : undefined;
  const source = new SourceOpener(settings, {
    outside: { ...(browserCamera && { browser: () => browserCamera }) },
    needsPixels: settings.passthrough === "off" ? "--passthrough off says so" : undefined,
    onOpened: (line) => report.opened(line),
  });
  await source.check();
  await using encoder = new PictureEncoder(settings.quality);
  const demand = new Demand(encoder);
  await using camera = new CameraFeed({
    source,
    demand,
    lingerMs: settings.linger * 1000,
    deviceTimeoutMs: settings.deviceTimeout * 1000,
    report,
  });
  const channel = new Channel({ name: ONLY_CAMERA, camera, demand, encoder, now, report });
  const cameras = new Cameras([channel]);

  // Who takes its pictures: this window, and guests.
  const end = new AbortController();
  using _preview = openPreview(channel, settings.preview, () => {
    end.abort("the host's window was closed");
  });
  const adapt = settings.adapt && openCvIsThere();
  if (adapt !== settings.adapt) log.info("no smaller pictures for slow links without OpenCV");
  const admission = new Admission(settings);
  const hostname = Deno.hostname();
  const name = settings.announce ? settings.name ?? nameOfMachine(hostname) : undefined;
  const listening = await listen({ ...settings, name, usualPort: PORT }, now);
  const { listener, privacy } = listening;
  const server = new TcpServer({
    ...{ cameras, admission, hostname, adapt, privacy, now, report },
    legacy: settings.legacy,
  });
  const stop = AbortSignal.any([signal, end.signal]);
  const figures = new HostReport({ camera, channel });
  figures.include(server);
  await using web = await openWeb(settings, {
    ...{ cameras, admission, now, report, listening, server, stop, name, browserCamera },
    state: { camera, figures: () => figures.recent(), encoder },
    controls: settings.controlsFromPage
      ? { source, camera, encoder, bounds: CONTROL_BOUNDS }
      : undefined,
    onBug: (error) => report.bug(error),
  });
  if (web) figures.include(web.pictures);

  using _stats = new StatsPrinter({ mode: settings.stats, snapshot: () => figures.take() });
  await using _announcer = await announce({ ...listening, name, version: PROTOCOL_VERSION });
  const publishing = publish(camera, channel).finally(() => end.abort("the video has ended"));
  try {
    await server.serve(listener, stop);
  } finally {
    camera.frames.close();
    await publishing;
  }
}

/** Lets browsers in, where that is wanted; else nothing of it is loaded. */
async function openWeb(
  settings: Settings<"host">,
  options: Omit<WebDoorOptions, "settings"> & { listening: Listening },
): Promise<WebDoor | undefined> {
  const { qr, cert, certKey, key, keyFile } = settings;
  const needsWeb = options.browserCamera || options.controls;
  const web = settings.web ?? (needsWeb && WEB_PORT);
  if (web === undefined) return undefined;
  const { openWebDoor } = await import("./lib/web/host_door.ts");
  const isOwnKey = key === undefined && keyFile === undefined;
  try {
    return await openWebDoor({ ...options, settings: { web, qr, cert, certKey, isOwnKey } });
  } catch (error) {
    options.listening.listener.close();
    throw error;
  }
}

/** Compresses each picture and offers it to all, until there are no more. */
async function publish({ frames }: CameraFeed, channel: Channel): Promise<void> {
  for (let frame = await frames.next(); frame; frame = await frames.next()) {
    await channel.publish(frame);
    frame.release();
  }
}

await runMain({ program: "host", options: OPTIONS, outlivesBugs: true }, main);
