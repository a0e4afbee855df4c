/**
 * The host: captures a camera, compresses each picture once and sends it to any number of guests.
 *
 * @example
 * ```sh
 * deno task host --source test --host 0.0.0.0
 * ```
 * @module
 */

import { SourceOpener } from "./lib/camera/open_source.ts";
import { describeCameras, listCameras } from "./lib/camera/v4l2/mod.ts";
import { withPort } from "./lib/cli/address.ts";
import { log } from "./lib/cli/log.ts";
import { runMain } from "./lib/cli/main.ts";
import { print } from "./lib/cli/print.ts";
import { StatsPrinter } from "./lib/cli/stats.ts";
import { describeError } from "./lib/text/error_text.ts";
import { CaptureVideoError } from "./lib/flow/errors.ts";
import { Broadcast } from "./lib/channel/broadcast.ts";
import { CameraFeed } from "./lib/channel/camera_feed.ts";
import { GuestServer } from "./lib/host/guest_server.ts";
import { HostReport } from "./lib/host/host_report.ts";
import { PictureEncoder } from "./lib/channel/picture_encoder.ts";
import { openPreview } from "./lib/display/preview.ts";
import { monotonicMicros } from "./lib/opencv/mod.ts";
import { withoutPassword } from "./lib/text/passwords.ts";
import { PROTOCOL_VERSION } from "./lib/protocol/mod.ts";
import { OPTIONS, type Settings } from "./settings.ts";

/** Runs the host until the user, the signal or the end of a video file ends it. */
async function main(settings: Settings<"host">, signal: AbortSignal): Promise<void> {
  if (settings.list) return print(describeCameras(listCameras(settings)));
  // Whoever reaches the port can provoke these, and so can a camera in the network.
  using cameraLines = log.rateLimited({ burst: 20 });
  using guestLines = log.rateLimited({ burst: 50 });
  using strangerLines = log.rateLimited({ burst: 20 });
  using damage = log.rateLimited();
  using door = log.rateLimited();
  const end = new AbortController();
  const previewLost = Promise.withResolvers<void>();
  using preview = openPreview(settings.preview, {
    onClose: () => end.abort("the host's window was closed"),
    onLost: previewLost.resolve,
  });
  const source = new SourceOpener(settings, {
    needsPixels: preview
      ? "the preview shows them"
      : settings.passthrough === "off"
      ? "--passthrough off says so"
      : undefined,
    onOpened: (line) => cameraLines.info(line),
  });
  await source.check();
  const onBug = (error: unknown) => log.bug(error);

  await using feed = new CameraFeed({
    open: (onSilence, signal) => source.open(onSilence, signal),
    compression: () => broadcast.compression,
    lingerMs: settings.linger * 1000,
    deviceTimeoutMs: settings.deviceTimeout * 1000,
    onStatus: (status) => {
      cameraLines.info(
        status.why ? `camera ${status.camera}: ${status.why}` : `camera ${status.camera}`,
      );
      broadcast.state(status);
    },
    onDamaged: ({ message }) => damage.warn(message),
    onBug,
  });
  await using encoder = new PictureEncoder(settings.quality);
  const broadcast: Broadcast = new Broadcast({
    feed,
    encoder,
    now: monotonicMicros,
    onFrame: (frame) => preview?.show(frame),
    onDamaged: ({ message }) => damage.warn(message),
    onBug,
  });
  using watched = preview && feed.want();
  previewLost.promise.then(() => watched?.[Symbol.dispose]());

  const server = new GuestServer({
    broadcast,
    welcome: () => ({
      type: "welcome",
      version: PROTOCOL_VERSION,
      host: Deno.hostname(),
      source: feed.info ?? {
        description: withoutPassword(settings.source),
        width: settings.width,
        height: settings.height,
        fps: settings.fps,
        format: "",
      },
    }),
    fps: settings.fps,
    adapt: settings.adapt,
    legacy: settings.legacy,
    maxGuests: settings.maxGuests,
    maxPerAddress: settings.maxPerAddress,
    now: monotonicMicros,
    onJoin: (peer) => guestLines.info(`guest ${peer} joined`),
    onLeave: (peer, reason, welcomed) =>
      (welcomed ? guestLines : strangerLines).info(`${peer} ended: ${reason}`),
    onTrouble: (error) => door.warn(describeError(error, "let a guest in").line),
    onBug,
  });
  const report = new HostReport({ feed, broadcast, server });
  using stats = new StatsPrinter({ mode: settings.stats, snapshot: () => report.take() });

  const listener = listen(settings);
  stats.start();
  const broadcasting = broadcast.run().finally(() => end.abort("the video has ended"));
  try {
    await server.serve(listener, AbortSignal.any([signal, end.signal]));
  } finally {
    feed.frames.close();
    await broadcasting;
  }
}

function listen({ host, port }: Settings<"host">): Deno.TcpListener {
  try {
    const listener = Deno.listen({ hostname: host, port });
    log.info(`listening on ${withPort(host, listener.addr.port)}`);
    return listener;
  } catch (error) {
    const { line, expected } = describeError(error, `listen on ${withPort(host, port)}`);
    throw expected ? new CaptureVideoError("connection", line, { cause: error }) : error;
  }
}

await runMain({ program: "host", options: OPTIONS, outlivesBugs: true }, main);
