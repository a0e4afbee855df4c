/** Tiles whose pictures do not come from a host itself: by NATS, and of a camera that speaks RTSP. */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { fit, layOut, pictureRoom } from "../../lib/display/grid_layout.ts";
import { NatsServer } from "../support/nats_server.ts";
import { Program } from "../support/programs.ts";
import { RtspCamera } from "../support/rtsp_camera.ts";
import { Screen } from "../support/screen.ts";
import { until } from "../support/until.ts";

const SIZE = { width: 640, height: 480 };
/** A display whose user has letters twice as large. */
const SETTINGS = ["-root", "-f", "RESOURCE_MANAGER", "8s", "-set", "RESOURCE_MANAGER"];
const DOUBLE = "Xft.dpi:\t192\n";
/** What the grid leaves beside the pictures then, in pixels. */
const BESIDE = { bar: 44, gap: 8 };

Deno.test("a camera by NATS and one by RTSP stand side by side on a display of twice the scale, live, and no larger pictures are read than shown", async () => {
  await using screen = await Screen.start(SIZE);
  await screen.run("xprop", [...SETTINGS, DOUBLE]);
  await using server = await NatsServer.start("listen: 127.0.0.1:-1");
  await using camera = await RtspCamera.start("640x480");
  await using host = Program.start("host", [
    ...["--source=test", "--width=640", "--height=480", "--port=0", "--no-preview"],
    ...["--stats=json", "--name=studio", `--nats=${server.url}`],
  ]);
  await host.line(/publishing studio\/camera by NATS/);
  await using guest = Program.start("guest", [
    ...[`${server.url}/studio/camera`, camera.url, "--stats=json"],
  ], { env: screen.env });
  const names = ["studio/camera", camera.url.replace("rtsp://", "")];
  const last = (wanted: string) => guest.guestStats.findLast(({ name }) => name === wanted);
  await until("both on screen", () => names.every((name) => (last(name)?.shownFps ?? 0) > 5));
  for (const name of names) {
    const { state, damaged, ageMsP50 } = last(name)!;
    assert.deepEqual([state, damaged], ["live", 0]);
    assert.ok(ageMsP50! > 0 && ageMsP50! < 1000, `${name}: ${ageMsP50} ms`);
  }

  // Two of 640x480 fit side by side; then there is less room, and then none.
  const isRead = (wanted: string) =>
    host.hostReport(({ guests }) =>
      guests.length === 1 && guests.every(({ rendition }) => rendition === wanted)
    );
  await screen.window("image");
  const room = { width: 1300, height: 520 };
  await screen.resize("image", room);
  await isRead("full");
  const [tile] = layOut([SIZE, SIZE].map(({ width, height }) => width / height), {
    ...room,
    ...BESIDE,
  });
  const place = fit(SIZE, pictureRoom(tile!, BESIDE.bar));
  await until("the picture at its place", async () => {
    const [number] = await screen.numbersAt([place]);
    return number !== undefined;
  });
  await screen.resize("image", { width: 600, height: 300 });
  await isRead("half");
  await screen.press("image", "2");
  await isRead("quarter");
  await screen.press("image", "q");
  const { code, words } = await guest.ending();
  assert.equal(code, 0, words.join("\n"));
});
