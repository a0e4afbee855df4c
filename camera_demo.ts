/**
 * The camera demo: a camera, or any other source, in a window. No network.
 *
 * @example
 * ```sh
 * deno task demo --source test
 * ```
 * @module
 */

import { SourceOpener } from "./lib/camera/open_source.ts";
import { listCameras } from "./lib/camera/v4l2/cameras.ts";
import { describeCameras } from "./lib/camera/v4l2/describe.ts";
import { CameraFeed } from "./lib/channel/camera_feed.ts";
import { FramePixels } from "./lib/channel/frame_pixels.ts";
import { log } from "./lib/cli/log.ts";
import { runMain } from "./lib/cli/main.ts";
import { print } from "./lib/cli/print.ts";
import { PictureWindow } from "./lib/display/picture_window.ts";
import { OPTIONS, type Settings } from "./settings.ts";

/** Shows the source until its window is closed. */
async function main(settings: Settings<"demo">, signal: AbortSignal): Promise<void> {
  if (settings.list) return print(describeCameras(listCameras(settings)));
  // A camera in the network can provoke these.
  using cameraLines = log.rateLimited(20);
  using damage = log.rateLimited();
  const source = new SourceOpener(settings.cameras[0]!, {
    needsPixels: "the window shows them",
    onOpened: (line) => cameraLines.info(line),
  });
  await source.check();
  if (signal.aborted) return;
  await using camera = new CameraFeed({
    source,
    lingerMs: 0,
    deviceTimeoutMs: settings.deviceTimeout * 1000,
    report: {
      state: ({ camera, why }) => why && cameraLines.warn(`camera ${camera}: ${why}`),
      damaged: ({ message }) => damage.warn(message),
      bug: (error) => log.bug(error),
    },
  });
  let lost: Error | undefined;
  using screen = new PictureWindow("frame", {
    onClose: () => camera.frames.close(),
    onLost: (error) => {
      lost = error;
      camera.frames.close();
    },
  });
  await using pixels = new FramePixels();
  signal.addEventListener("abort", () => camera.frames.close());
  using _wanted = camera.want();

  let shown = 0;
  const startMs = performance.now();
  for (let frame = await camera.frames.next(); frame; frame = await camera.frames.next()) {
    screen.show(await pixels.of(frame));
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
