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
import { listCameras } from "./lib/camera/v4l2/cameras.ts";
import { describeCameras } from "./lib/camera/v4l2/describe.ts";
import type { CameraSettings } from "./lib/channel/camera_channel.ts";
import type { RelayChain } from "./lib/channel/relay_chain.ts";
import { log } from "./lib/cli/log.ts";
import { runMain } from "./lib/cli/main.ts";
import { print } from "./lib/cli/print.ts";
import { StatsPrinter } from "./lib/cli/stats.ts";
import { announce } from "./lib/discovery/announce.ts";
import { nameOfMachine } from "./lib/discovery/names.ts";
import { openPreview } from "./lib/display/preview.ts";
import { Admission } from "./lib/host/admission.ts";
import { HostCameras } from "./lib/host/host_cameras.ts";
import { HostLog } from "./lib/host/host_log.ts";
import { HostReport } from "./lib/host/host_report.ts";
import { listen, type Listening, newKeyOfHost } from "./lib/host/listening.ts";
import { tellReady } from "./lib/host/service_manager.ts";
import { TcpServer } from "./lib/host/tcp_server.ts";
import type { PublishCamerasOptions, PublishedCameras } from "./lib/nats/publish_cameras.ts";
import { monotonicMicros as now, openCvIsThere } from "./lib/opencv/mod.ts";
import { PROTOCOL_VERSION } from "./lib/protocol/header.ts";
import type { NatsSource, NatsSourceOptions } from "./lib/relay/nats_source.ts";
import type { RelaySource } from "./lib/relay/relay_source.ts";
import type { WebDoor, WebDoorOptions } from "./lib/web/host_door.ts";
import { OPTIONS, PORT, type Settings, WEB_PORT } from "./settings.ts";

/** What pages may ask for is what the options may say. */
const CONTROL_BOUNDS = { quality: OPTIONS.quality, side: OPTIONS.width, fps: OPTIONS.fps };

/** Runs the host until the user, the signal or the end of a video file ends it. */
async function main(settings: Settings<"host">, signal: AbortSignal): Promise<void> {
  if (settings.list) return print(describeCameras(listCameras(settings)));
  if (settings.newKey) return print(await newKeyOfHost());
  using report = new HostLog();
  const hostname = Deno.hostname();
  const ownName = settings.name ?? nameOfMachine(hostname);

  // The cameras, mostly one: each is opened when its first guest comes.
  const pages = new Map<string, BrowserCamera>();
  await using cameras = new HostCameras(settings.cameras, {
    outside: (camera, relays) => ({
      browser: () => takePage(pages, camera),
      capturevideo: () => otherHost(camera, relays, signal),
      nats: (source) => {
        const own = { host: ownName, camera: camera.name };
        return readNats(source, settings, { own, relays, stop: signal });
      },
    }),
    now,
  });
  await cameras.check();

  // Who takes their pictures: this window, of the first, and guests.
  const end = new AbortController();
  using _preview = openPreview(cameras.first, settings.preview, () => {
    end.abort("the host's window was closed");
  });
  const adapt = settings.adapt && openCvIsThere();
  if (adapt !== settings.adapt) log.info("no smaller pictures for slow links without OpenCV");
  const admission = new Admission(settings);
  const name = settings.announce ? ownName : undefined;
  await using published = await publishByNats(settings, {
    ...{ cameras, adapt, name: ownName, report, stop: signal },
  });
  const listening = await listen({ ...settings, name, usualPort: PORT }, now);
  const { listener, privacy } = listening;
  const server = new TcpServer({
    ...{ cameras, admission, hostname, adapt, privacy, now, report },
    legacy: settings.legacy,
  });
  const stop = AbortSignal.any([signal, end.signal]);
  const figures = new HostReport(cameras.channels);
  figures.include(server);
  await using web = await openWeb(settings, {
    ...{ cameras, admission, now, report, listening, server, stop, name, pages },
    figures: () => figures.recent(),
    controls: settings.controlsFromPage ? cameras.controls(CONTROL_BOUNDS) : undefined,
    onBug: (error) => report.bug(error),
  });
  if (web) figures.include(web.pictures);
  if (published) figures.include(published);

  using _stats = new StatsPrinter({ mode: settings.stats, snapshot: () => figures.take() });
  await using _announcer = await announce({ ...listening, name, version: PROTOCOL_VERSION });
  using _ready = tellReady();
  // Each picture is compressed once and offered to all, until there are no more.
  const publishing = cameras.publish().finally(() => end.abort("the video has ended"));
  try {
    await server.serve(listener, stop);
  } finally {
    cameras.end();
    await publishing;
  }
}

/** A place for pages that lend a camera of theirs. */
function takePage(pages: Map<string, BrowserCamera>, camera: CameraSettings): BrowserCamera {
  const page = new BrowserCamera(camera, now);
  pages.set(camera.name, page);
  return page;
}

/** Another host's camera; where none is meant, nothing of it is loaded. */
async function otherHost(
  camera: Settings<"host">["cameras"][number],
  relays: RelayChain,
  stop: AbortSignal,
): Promise<RelaySource> {
  const { RelaySource } = await import("./lib/relay/relay_source.ts");
  const say = (line: string) => log.info(line);
  return new RelaySource(camera, { usualPort: PORT, relays, now, say, stop });
}

/** Lets browsers in, where that is wanted; else nothing of it is loaded. */
async function openWeb(
  settings: Settings<"host">,
  options: Omit<WebDoorOptions, "settings"> & { listening: Listening },
): Promise<WebDoor | undefined> {
  const { qr, cert, certKey, key, keyFile } = settings;
  const needsWeb = options.pages.size > 0 || options.controls;
  const web = settings.web ?? (needsWeb ? WEB_PORT : undefined);
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

/** A camera on a NATS server; where none is meant, nothing of it is loaded. */
async function readNats(
  source: string,
  settings: Settings<"host">,
  options: Pick<NatsSourceOptions, "own" | "relays" | "stop">,
): Promise<NatsSource> {
  const { NatsSource } = await import("./lib/relay/nats_source.ts");
  const say = (line: string) => log.info(line);
  return new NatsSource(source, settings, { ...options, now, say });
}

/** Publishes the cameras on a NATS server, where that is wanted; else nothing of it is loaded. */
async function publishByNats(
  settings: Settings<"host">,
  options: Omit<PublishCamerasOptions, "settings" | "now">,
): Promise<PublishedCameras | undefined> {
  if (settings.nats === undefined) return undefined;
  const { publishCameras } = await import("./lib/nats/publish_cameras.ts");
  return await publishCameras(settings.nats, { ...options, settings, now });
}

await runMain({ program: "host", options: OPTIONS, outlivesBugs: true, isService: true }, main);
