/** The windows of guest, host and demo on a display: what is to be seen, and what keys do. */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { JpegStreamCutter } from "../../lib/jpeg/stream.ts";
import { temporaryFolder } from "../support/folder.ts";
import { numbersOf } from "../support/numbered_pictures.ts";
import { Program } from "../support/programs.ts";
import { type Rgb, Screen } from "../support/screen.ts";
import { testSideBySide } from "../support/side_by_side.ts";
import { until } from "../support/until.ts";

const SIZE = { width: 640, height: 360 };
const PATTERN = ["--source=test", `--width=${SIZE.width}`, `--height=${SIZE.height}`];
const HOST = ["--port=0", ...PATTERN];

/** Inside the right-most bar, which is blue. */
const BLUE_BAR = { x: 600, y: 40 };
/** Inside the box of the overlay, left of its words; the bar behind it is light grey. */
const OVERLAY_BOX = { x: 10, y: 20 };

const isBlue = ([red, green, blue]: Rgb) => red < 60 && green < 60 && blue > 150;
const isGrey = ([red, green, blue]: Rgb) =>
  Math.abs(red - green) < 12 && Math.abs(green - blue) < 12 && red < 120;
const isDark = ([red, green, blue]: Rgb) => Math.max(red, green, blue) < 60;
const isLight = ([red, green, blue]: Rgb) => Math.min(red, green, blue) > 150;

/** The ways in which a user ends a program by its window. */
const GOODBYES: { way: string; end: (screen: Screen, window: string) => Promise<void> }[] = [
  { way: "q", end: (screen, window) => screen.press(window, "q") },
  { way: "Escape", end: (screen, window) => screen.press(window, "Escape") },
  { way: "closing the window", end: (screen, window) => screen.close(window) },
];

/** The programs that have a window, each running and showing pictures. */
const PROGRAMS: {
  program: string;
  window: string;
  start: (screen: Screen, host: Program) => Promise<Program>;
}[] = [
  {
    program: "guest",
    window: "image",
    start: async ({ env }, host) => Program.start("guest", [await host.address()], { env }),
  },
  {
    program: "host",
    window: "frame",
    start: ({ env }) => Promise.resolve(Program.start("host", HOST, { env })),
  },
  {
    program: "demo",
    window: "frame",
    start: ({ env }) => Promise.resolve(Program.start("demo", PATTERN, { env })),
  },
];

/** Each program with each way. */
const ENDINGS = PROGRAMS.flatMap((one) => GOODBYES.map((goodbye) => ({ ...one, ...goodbye })));

testSideBySide("a program shows moving pictures, and its user ends it with 0", ENDINGS, {
  name: ({ program, way }) => `${program} by ${way}`,
  test: async ({ window, start, end }) => {
    await using screen = await Screen.start(SIZE);
    await using host = Program.start("host", [...HOST, "--no-preview"]);
    await using shown = await start(screen, host);
    await screen.window(window);
    const first = await screen.advances();
    await screen.advances(first);
    await end(screen, window);
    const { code, words } = await shown.ending();
    assert.equal(code, 0, words.join("\n"));
    assert.ok(words.every((line) => !line.includes("warning")), words.join("\n"));
  },
});

Deno.test("host tells its guests that its window was closed", async () => {
  await using screen = await Screen.start(SIZE);
  await using host = Program.start("host", HOST, { env: screen.env });
  await using guest = Program.start("guest", [
    await host.address(),
    ...["--no-window", "--no-reconnect"],
  ]);
  await guest.line(/live$/);
  await screen.press("frame", "q");
  const { words } = await guest.ending();
  assert.equal(words.at(-1), "guest: Cannot go on: the host says the host's window was closed");
});

Deno.test("host --no-preview opens no window where there is a display", async () => {
  await using screen = await Screen.start(SIZE);
  await using host = Program.start("host", [...HOST, "--no-preview"], { env: screen.env });
  await using guest = Program.start("guest", [
    await host.address(),
    ...["--no-window", "--frames=5"],
  ]);
  await guest.ending();
  assert.match(await screen.run("xwininfo", ["-root", "-children"]), /^ +0 children\.$/m);
});

Deno.test("guest: space stops the picture and space lets it go on", async () => {
  await using screen = await Screen.start(SIZE);
  await using host = Program.start("host", [...HOST, "--no-preview"]);
  await using guest = Program.start("guest", [await host.address(), "--stats=json"], {
    env: screen.env,
  });
  await screen.advances();
  await screen.press("image", "space");
  await screen.pixel(BLUE_BAR, "a greyed picture", isGrey);
  const stopped = await screen.number();
  assert.ok(stopped !== undefined);

  const { received } = guest.guestStats.at(-1) ?? { received: 0 };
  await guest.guestReport((stats) => stats.received > received + 30);
  assert.equal(await screen.number(), stopped);

  await screen.press("image", "space");
  await screen.advances(stopped);
  await screen.pixel(BLUE_BAR, "a picture in colour", isBlue);
});

Deno.test("guest: i shows the overlay on the picture, and takes it away", async () => {
  await using screen = await Screen.start(SIZE);
  await using host = Program.start("host", [...HOST, "--no-preview"]);
  await using _guest = Program.start("guest", [await host.address()], { env: screen.env });
  await screen.advances();
  await screen.pixel(OVERLAY_BOX, "the bare picture", isLight);
  await screen.press("image", "i");
  await screen.pixel(OVERLAY_BOX, "the overlay", isDark);
  await screen.press("image", "i");
  await screen.pixel(OVERLAY_BOX, "the bare picture", isLight);
});

Deno.test("guest --overlay shows the overlay from the start", async () => {
  await using screen = await Screen.start(SIZE);
  await using host = Program.start("host", [...HOST, "--no-preview"]);
  await using _guest = Program.start("guest", [await host.address(), "--overlay"], {
    env: screen.env,
  });
  await screen.advances(await screen.advances());
  await screen.pixel(OVERLAY_BOX, "the overlay", isDark);
});

Deno.test("guest: f fills the screen with the picture, and takes it back", async () => {
  await using screen = await Screen.start(SIZE);
  await using _manager = await screen.manage();
  await using host = Program.start("host", [...HOST, "--no-preview"]);
  await using _guest = Program.start("guest", [await host.address()], { env: screen.env });
  await screen.window("image");
  const corner = { x: 1880, y: 200 };
  await screen.press("image", "f");
  await screen.pixel(corner, "the picture's right bar on the whole screen", isBlue);
  await screen.press("image", "f");
  await screen.pixel(corner, "nothing beside the window", isDark);
});

Deno.test("guest: s saves the picture on screen, untouched, where the guest was started", async () => {
  await using screen = await Screen.start(SIZE);
  await using folder = await temporaryFolder();
  await using host = Program.start("host", [...HOST, "--no-preview"]);
  await using guest = Program.start("guest", [await host.address(), "--output=all.mjpeg"], {
    env: screen.env,
    directory: folder.path,
  });
  const before = await screen.advances();
  await screen.press("image", "s");
  const { text } = await guest.line(/saved capturevideo-.*\.jpg$/);
  const jpeg = await Deno.readFile(`${folder.path}/${text.replace("guest: saved ", "")}`);
  const [number] = await numbersOf(jpeg);
  assert.ok(number !== undefined && number > before);
  guest.signal("SIGINT");
  assert.equal((await guest.ending()).code, 0);
  const all = new JpegStreamCutter().push(await Deno.readFile(`${folder.path}/all.mjpeg`));
  assert.ok(all.some((one) => one.toHex() === jpeg.toHex()), "it is none of those that came");
});

Deno.test("guest greys the picture of a host that is gone, and shows the new host's", async () => {
  await using screen = await Screen.start(SIZE);
  await using host = Program.start("host", [...HOST, "--no-preview"]);
  const port = await host.port();
  await using guest = Program.start("guest", [`127.0.0.1:${port}`], { env: screen.env });
  await screen.advances();
  await screen.pixel(BLUE_BAR, "a picture in colour", isBlue);
  host.signal("SIGKILL");
  await guest.line(/^guest: lost: Cannot go on: the host /);
  await screen.pixel(BLUE_BAR, "a greyed picture", isGrey);
  const last = await until("the last picture", () => screen.number());
  await host.ended;

  await using _next = Program.start("host", [...PATTERN, `--port=${port}`, "--no-preview"]);
  await screen.pixel(BLUE_BAR, "a picture in colour", isBlue);
  await screen.advances(last);
});
