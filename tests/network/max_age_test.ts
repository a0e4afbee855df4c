/** `--max-age`: a picture that is older is not shown as if it were live. */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { Program } from "../support/programs.ts";
import { type Rgb, Screen } from "../support/screen.ts";

const SIZE = { width: 640, height: 360 };
const HOST = [
  ...["--source=test", `--width=${SIZE.width}`, `--height=${SIZE.height}`],
  ...["--port=0", "--no-preview"],
];
/** Inside the right-most bar, which is blue. */
const BLUE_BAR = { x: 600, y: 40 };

const isBlue = ([red, green, blue]: Rgb) => red < 60 && green < 60 && blue > 150;
const isGrey = ([red, green, blue]: Rgb) =>
  Math.abs(red - green) < 12 && Math.abs(green - blue) < 12 && red < 120;

Deno.test("guest greys pictures that are older than --max-age, and counts them", async () => {
  await using screen = await Screen.start(SIZE);
  await using host = Program.start("host", HOST);
  // No picture is captured, compressed, sent and decoded within a millisecond.
  await using guest = Program.start("guest", [
    await host.address(),
    ...["--max-age=1", "--stats=json"],
  ], { env: screen.env });
  await screen.pixel(BLUE_BAR, "grey", isGrey);
  const { stale, shown } = await guest.guestReport(({ shown }) => shown > 30);
  assert.equal(stale, shown);
});

Deno.test("guest greys a picture that grows old while none comes, and tells its age", async () => {
  await using screen = await Screen.start(SIZE);
  await using host = Program.start("host", HOST);
  await using guest = Program.start("guest", [
    await host.address(),
    ...["--max-age=1000", "--stats=json"],
  ], { env: screen.env });
  await screen.pixel(BLUE_BAR, "blue", isBlue);
  const fresh = await guest.guestReport(({ pictureAgeMs }) => pictureAgeMs !== null);
  assert.ok(fresh.pictureAgeMs! < 1000, `${fresh.pictureAgeMs} ms`);

  host.signal("SIGSTOP");
  await screen.pixel(BLUE_BAR, "grey", isGrey);
  const first = await guest.guestReport(({ pictureAgeMs }) => pictureAgeMs! > 1000);
  const second = await guest.guestReport(() => true);
  const grown = second.pictureAgeMs! - first.pictureAgeMs!;
  const passed = (second.timeSec - first.timeSec) * 1000;
  assert.ok(Math.abs(grown - passed) < 50, `it grew by ${grown} ms in ${passed} ms`);

  host.signal("SIGCONT");
  await screen.pixel(BLUE_BAR, "blue", isBlue);
});
