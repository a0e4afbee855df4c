/** Windows and the screens they are on: their size, their keys, and a display that goes away. */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { Program } from "../support/programs.ts";
import { type Rgb, Screen } from "../support/screen.ts";
import { testSideBySide } from "../support/side_by_side.ts";
import { until } from "../support/until.ts";

const isBlue = ([red, green, blue]: Rgb) => red < 60 && green < 60 && blue > 150;
const isBlack = (color: Rgb) => Math.max(...color) < 10;

const pattern = (width: number, height: number) => [
  "--source=test",
  `--width=${width}`,
  `--height=${height}`,
];
const FULL_HD = pattern(1920, 1080);
const SMALL = pattern(640, 360);

/** Waits until the window is there and so large. */
async function hasPlace(screen: Screen, window: string, place: string): Promise<void> {
  await until(`the window ${window} at ${place}`, async () => await screen.place(window) === place);
}

Deno.test("a window is no larger than the screen, and shows the whole picture", async () => {
  await using screen = await Screen.start({ width: 1366, height: 768 }, "1366x768x24");
  await using _demo = Program.start("demo", FULL_HD, { env: screen.env });
  await hasPlace(screen, "frame", "1365x768+0+0");
  await screen.advances();
  await screen.pixel({ x: 1350, y: 300 }, "the right bar", isBlue);
});

Deno.test("a window without a picture is no larger than the screen either", async () => {
  await using screen = await Screen.start({ width: 480, height: 270 }, "480x320x24");
  await using _guest = Program.start("guest", ["127.0.0.1:9"], { env: screen.env });
  await hasPlace(screen, "image", "480x270+0+0");
});

Deno.test("a window is no larger than the smaller of two monitors that show the same", async () => {
  const second = ["-screen", "1", "1920x1080x24", "+xinerama", "-extension", "RANDR"];
  await using screen = await Screen.start({ width: 1366, height: 768 }, "1366x768x24", ...second);
  await using _demo = Program.start("demo", FULL_HD, { env: screen.env });
  await hasPlace(screen, "frame", "1365x768+0+0");
});

Deno.test("a window with a frame is no larger than the screen", async () => {
  await using screen = await Screen.start({ width: 1366, height: 768 }, "1366x768x24");
  await using _manager = await screen.manage();
  await using _demo = Program.start("demo", FULL_HD, { env: screen.env });
  // The frame of this window manager is one pixel wide.
  await until("a window of 1362x766", async () => {
    const [size, x, y] = (await screen.place("frame")).split("+");
    return size === "1362x766" && Number(x) <= 3 && Number(y) <= 1;
  });
});

Deno.test("a window that is resized keeps the picture's aspect, with black borders", async () => {
  await using screen = await Screen.start({ width: 640, height: 360 });
  await using _demo = Program.start("demo", SMALL, { env: screen.env });
  await screen.advances();
  await hasPlace(screen, "frame", "640x360+0+0");

  // Higher than the picture: borders above and below.
  await screen.resize("frame", { width: 640, height: 600 });
  await screen.pixel({ x: 600, y: 100 }, "the border above", isBlack);
  await screen.pixel({ x: 600, y: 300 }, "the right bar", isBlue);
  await screen.pixel({ x: 600, y: 500 }, "the border below", isBlack);
  // Wider, and larger.
  await screen.resize("frame", { width: 1600, height: 720 });
  await screen.pixel({ x: 100, y: 300 }, "the border on the left", isBlack);
  await screen.pixel({ x: 1400, y: 300 }, "the right bar", isBlue);
  await screen.pixel({ x: 1500, y: 300 }, "the border on the right", isBlack);
  // Back to the picture's own.
  await screen.resize("frame", { width: 640, height: 360 });
  await screen.advances(await screen.advances());
});

Deno.test("a window with nothing new in it is drawn at its new size too", async () => {
  await using screen = await Screen.start({ width: 640, height: 360 });
  await using host = Program.start("host", ["--port=0", ...SMALL, "--no-preview"]);
  await using _guest = Program.start("guest", [await host.address()], { env: screen.env });
  await screen.advances();
  await screen.press("image", "space");
  await screen.resize("image", { width: 1280, height: 720 });
  await screen.pixel(
    { x: 1240, y: 200 },
    "the right bar, greyed",
    ([red, green, blue]) => red > 5 && Math.abs(red - green) < 12 && Math.abs(green - blue) < 12,
  );
});

Deno.test("a window keeps its size when smaller pictures come, and fills it with them", async () => {
  await using screen = await Screen.start({ width: 1280, height: 720 });
  const large = Program.start("host", ["--port=0", ...pattern(1280, 720), "--no-preview"]);
  const port = await large.port();
  await using _guest = Program.start("guest", [`127.0.0.1:${port}`], { env: screen.env });
  const last = await screen.advances();
  await hasPlace(screen, "image", "1280x720+0+0");
  await large[Symbol.asyncDispose]();
  await using _host = Program.start("host", [`--port=${port}`, ...SMALL, "--no-preview"]);
  await screen.advances(last);
  await screen.pixel({ x: 1240, y: 300 }, "the right bar", isBlue);
  assert.equal(await screen.place("image"), "1280x720+0+0");
});

Deno.test("a window grows with larger pictures, until the user has given it a size", async () => {
  await using screen = await Screen.start({ width: 640, height: 360 });
  const serve = (port: number, width: number, height: number) =>
    Program.start("host", [`--port=${port}`, ...pattern(width, height), "--no-preview"]);
  const first = serve(0, 640, 360);
  const port = await first.port();
  await using guest = Program.start("guest", [`127.0.0.1:${port}`], { env: screen.env });
  await screen.advances();
  await hasPlace(screen, "image", "640x360+0+0");
  await first[Symbol.asyncDispose]();
  const second = serve(port, 1280, 720);
  await hasPlace(screen, "image", "1280x720+0+0");

  await screen.resize("image", { width: 960, height: 540 });
  await second[Symbol.asyncDispose]();
  const before = guest.lines.length;
  await using _third = serve(port, 1920, 1080);
  await guest.line(/^guest: live$/, before);
  await screen.pixel({ x: 930, y: 200 }, "the right bar", isBlue);
  assert.equal(await screen.place("image"), "960x540+0+0");
});

Deno.test("f fills a screen that nobody manages, and takes the window back", async () => {
  await using screen = await Screen.start({ width: 640, height: 360 });
  await using host = Program.start("host", ["--port=0", ...SMALL, "--no-preview"]);
  await using _guest = Program.start("guest", [await host.address()], { env: screen.env });
  await screen.advances();
  await screen.press("image", "f");
  await hasPlace(screen, "image", "1920x1200+0+0");
  await screen.pixel({ x: 1880, y: 400 }, "the right bar", isBlue);
  await screen.press("image", "f");
  await hasPlace(screen, "image", "640x360+0+0");
});

const DISPLAYS: readonly (readonly [kind: string, display: readonly string[]])[] = [
  ["of 16 bits", ["1366x768x16"]],
  ["without shared memory", ["1366x768x24", "-extension", "MIT-SHM"]],
];

testSideBySide("a display of another kind shows moving pictures", DISPLAYS, {
  name: ([kind]) => kind,
  test: async ([, display]) => {
    await using screen = await Screen.start({ width: 640, height: 360 }, ...display);
    await using _demo = Program.start("demo", SMALL, { env: screen.env });
    await screen.advances(await screen.advances());
    await screen.pixel({ x: 600, y: 100 }, "the right bar", isBlue);
  },
});

/** A key's number is that of its place: 24 is the first of the row that begins with Q in the US. */
const LAYOUTS: { layout: string; key: string | number; why: string }[] = [
  { layout: "us", key: 24, why: "q by its name" },
  { layout: "ru", key: 24, why: "q by its place, й there" },
  { layout: "gr", key: 24, why: "q by its place, a semicolon there" },
  { layout: "il", key: 24, why: "q by its place, a slash there" },
  { layout: "fr", key: 38, why: "q by its name, where the US have a" },
  { layout: "ru,us", key: "Escape", why: "Escape" },
];

testSideBySide("a key ends the demo under a layout", LAYOUTS, {
  name: ({ layout, why }) => `${why}, under ${layout}`,
  test: async ({ layout, key }) => {
    await using screen = await Screen.start({ width: 640, height: 360 });
    await screen.run("setxkbmap", ["-layout", layout]);
    await using demo = Program.start("demo", SMALL, { env: screen.env });
    await screen.advances();
    await screen.strike(key);
    const { code, words } = await demo.ending();
    assert.equal(code, 0, words.join("\n"));
  },
});

Deno.test("q ends the demo after the layout was changed under way, and with Caps Lock", async () => {
  await using screen = await Screen.start({ width: 640, height: 360 });
  await using demo = Program.start("demo", SMALL, { env: screen.env });
  await screen.advances();
  await screen.run("setxkbmap", ["-layout", "us,ru", "-option", "grp:menu_toggle"]);
  await screen.strike("Caps_Lock");
  await screen.strike(135); // the menu key takes the second layout
  await screen.strike(24);
  assert.equal((await demo.ending()).code, 0);
});

const PLATFORMS = ["wayland", "offscreen", "nonsense"];

testSideBySide("QT_QPA_PLATFORM takes no window away", PLATFORMS, {
  name: String,
  test: async (platform) => {
    await using screen = await Screen.start({ width: 640, height: 360 });
    const env = { ...screen.env, QT_QPA_PLATFORM: platform, WAYLAND_DISPLAY: "wayland-0" };
    await using demo = Program.start("demo", SMALL, { env });
    await screen.advances();
    await screen.press("frame", "q");
    const { code, words } = await demo.ending();
    assert.equal(code, 0, words.join("\n"));
    assert.match(words.at(-1)!, /^demo: \d+ pictures in /);
  },
});

Deno.test("without a display the host goes on, and guest and demo end with one line", async () => {
  const env = { QT_QPA_PLATFORM: "wayland", WAYLAND_DISPLAY: "wayland-0" };
  const why =
    "windows are drawn through X11 and DISPLAY is not set; on Wayland that is Xwayland; " +
    "set DISPLAY, or use --no-window (guest) or --no-preview (host)";
  await using host = Program.start("host", ["--port=0", ...SMALL], { env });
  await host.line(
    new RegExp("^host: warning: no preview: Cannot open a window: windows are drawn"),
  );
  await using guest = Program.start("guest", [await host.address()], { env });
  const ending = await guest.ending();
  assert.equal(ending.code, 1);
  assert.equal(ending.words.at(-1), `guest: Cannot open a window: ${why}`);
  await using demo = Program.start("demo", SMALL, { env });
  assert.deepEqual(await demo.ending(), {
    code: 1,
    words: [`demo: Cannot open a window: ${why}`],
  });
});

Deno.test("a display that goes away ends guest and demo, and takes only the preview from a host", async () => {
  await using screen = await Screen.start({ width: 640, height: 360 });
  const { DISPLAY } = screen.env;
  await using host = Program.start("host", ["--port=0", ...SMALL], { env: screen.env });
  const address = await host.address();
  await using remote = Program.start("guest", [address, "--no-window", "--stats=json"]);
  await using guest = Program.start("guest", [address], { env: screen.env });
  await using demo = Program.start("demo", SMALL, { env: screen.env });
  await guest.line(/live$/);
  await remote.guestReport(({ state }) => state === "live");
  for (const name of ["image", "frame"]) await screen.window(name);
  await demo.line(/^demo: test pattern/);

  screen.signal("SIGKILL");
  const words = `Cannot show the picture: the display ${DISPLAY} went away`;
  for (const [name, program] of [["guest", guest], ["demo", demo]] as const) {
    const { code, words: said } = await program.ending();
    assert.equal(code, 1);
    assert.deepEqual(said.filter((line) => line.includes("Cannot")), [`${name}: ${words}`]);
  }
  await host.line(new RegExp(`^host: warning: no preview any more: ${words}$`));
  const { received } = remote.guestStats.at(-1)!;
  const later = await remote.guestReport((stats) => stats.received > received + 60);
  assert.deepEqual([later.state, later.reconnects], ["live", 0]);
  assert.deepEqual(remote.words.filter((line) => line.includes("lost")), []);
  host.signal("SIGTERM");
  assert.equal((await host.ending()).code, 0);
});

Deno.test("a display that cuts the demo's connection ends it with one line", async () => {
  await using screen = await Screen.start({ width: 640, height: 360 });
  await using demo = Program.start("demo", SMALL, { env: screen.env });
  await screen.advances();
  await screen.run("xdotool", ["search", "--name", "^frame$", "windowkill"]);
  const { code, words } = await demo.ending();
  assert.equal(code, 1);
  assert.deepEqual(words.filter((line) => line.includes("Cannot")), [
    `demo: Cannot show the picture: the display ${screen.env["DISPLAY"]} went away`,
  ]);
});

testSideBySide("a display that stands still holds up neither guests nor the host's end", DISPLAYS, {
  name: ([kind]) => kind,
  test: async ([, display]) => {
    await using screen = await Screen.start({ width: 640, height: 360 }, ...display);
    await using host = Program.start("host", ["--port=0", ...SMALL], { env: screen.env });
    await using guest = Program.start("guest", [
      await host.address(),
      ...["--no-window", "--stats=json"],
    ]);
    await screen.advances();
    await guest.guestReport(({ state }) => state === "live");
    screen.signal("SIGSTOP");
    const { received } = guest.guestStats.at(-1)!;
    await guest.guestReport((stats) => stats.received > received + 60);
    host.signal("SIGTERM");
    assert.equal((await host.ending()).code, 0);
  },
});
