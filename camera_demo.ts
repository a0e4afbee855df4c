/**
 * The camera demo: a camera, or any other source, in a window. No network.
 *
 * @example
 * ```sh
 * deno task demo --source test
 * ```
 * @module
 */

import { FrameWindow } from "./lib/display/frame_window.ts";
import { SourceOpener } from "./lib/camera/open_source.ts";
import { describeCameras, listCameras } from "./lib/camera/v4l2/mod.ts";
import { log } from "./lib/cli/log.ts";
import { runMain } from "./lib/cli/main.ts";
import { print } from "./lib/cli/print.ts";
import { CameraFeed } from "./lib/channel/camera_feed.ts";
import { OPTIONS, type Settings } from "./settings.ts";

/** Shows the source until its window is closed. */
async function main(settings: Settings<"demo">, signal: AbortSignal): Promise<void> {
  if (settings.list) return print(describeCameras(listCameras(settings)));
  // A camera in the network can provoke these.
  using cameraLines = log.rateLimited({ burst: 20 });
  using damage = log.rateLimited();
  const source = new SourceOpener(settings, {
    needsPixels: "the window shows them",
    onOpened: (line) => cameraLines.info(line),
  });
  await source.check();
  await using feed = new CameraFeed({
    open: (onSilence) => source.open(onSilence),
    lingerMs: 0,
    deviceTimeoutMs: settings.deviceTimeout * 1000,
    onStatus: ({ camera, why }) => why && cameraLines.warn(`camera ${camera}: ${why}`),
    onDamaged: ({ message }) => damage.warn(message),
    onBug: (error) => log.bug(error),
  });
  let lost: Error | undefined;
  using frames = new FrameWindow({
    onClose: () => feed.frames.close(),
    onLost: (error) => {
      lost = error;
      feed.frames.close();
    },
  });
  signal.addEventListener("abort", () => feed.frames.close());
  using _wanted = feed.want();

  let shown = 0;
  const startMs = performance.now();
  for (let frame = await feed.frames.next(); frame; frame = await feed.frames.next()) {
    frames.show(frame);
    frame.release();
    shown++;
  }
  if (lost) throw lost;
  const seconds = (performance.now() - startMs) / 1000;
  log.info(
    `${shown} pictures in ${seconds.toFixed(1)} s, ${(shown / seconds).toFixed(1)} a second`,
  );
}

await runMain({ program: "demo", options: OPTIONS }, main);
