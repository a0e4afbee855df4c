/** A guest with several cameras: six of one host and one of another, as a user sees and uses them. */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import type { GuestStats } from "../../lib/cli/stats.ts";
import { fit, layOut, pictureRoom } from "../../lib/display/grid_layout.ts";
import type { Rectangle } from "../../lib/opencv/mod.ts";
import { Program } from "../support/programs.ts";
import { Screen } from "../support/screen.ts";
import { until } from "../support/until.ts";

const CAMERA = { width: 640, height: 480 };
const SIX = ["a", "b", "c", "d", "e", "f"];
const COUNT = SIX.length + 1;

/** What the grid leaves beside the pictures, where nothing is enlarged, in pixels. */
const BESIDE = { bar: 22, gap: 4 };

/** So much of the cameras' 15 frames/s must be on screen. */
const ENOUGH_FPS = 14.5;
/** Over so many reports, one a second: a picture more or less counts for little then. */
const REPORTS = 4;

/** A host of test patterns. */
function startHost(sources: readonly string[], port = 0): Program {
  const { width, height } = CAMERA;
  return Program.start("host", [
    ...[...sources.map((source) => `--source=${source}`), "--fps=15", `--port=${port}`],
    ...[`--width=${width}`, `--height=${height}`, "--no-preview", "--stats=json"],
  ]);
}

/** Where the pictures are in a window of that size. */
function places(window: typeof CAMERA, count = COUNT): Rectangle[] {
  const aspect = CAMERA.width / CAMERA.height;
  const tiles = layOut(Array.from({ length: count }, () => aspect), { ...window, ...BESIDE });
  return tiles.map((tile) => fit(CAMERA, pictureRoom(tile, BESIDE.bar)));
}

/** The rate at which a camera was on screen of late; 0 before there are enough reports. */
function shownFps(reports: readonly GuestStats[]): number {
  const [first, last] = [reports.at(-1 - REPORTS), reports.at(-1)];
  return first && last ? (last.shown - first.shown) / (last.timeSec - first.timeSec) : 0;
}

Deno.test("seven cameras stand in one window, each at its rate; one is enlarged, one goes and comes", async () => {
  await using screen = await Screen.start(CAMERA);
  await using studio = startHost(SIX.map((name) => `${name}=test`));
  const workshop = startHost(["test"]);
  const port = await workshop.port();
  const address = await studio.address();
  const names = [...SIX.map((name) => `${address}/${name}`), `127.0.0.1:${port}`];
  await using guest = Program.start("guest", [...names, "--stats=json"], { env: screen.env });
  const reportsOf = (wanted: string) => guest.guestStats.filter(({ name }) => name === wanted);

  /** Waits until each of these places shows a later picture than before. */
  const advance = async (where: readonly Rectangle[]): Promise<void> => {
    let before: number[] | undefined;
    await until("later pictures everywhere", async () => {
      const numbers = await screen.numbersAt(where);
      if (numbers.includes(undefined)) return false;
      before ??= numbers as number[];
      return numbers.every((number, index) => number! > before![index]!);
    });
  };
  /** Waits until one camera alone is shown. */
  const isAlone = async (wanted: string): Promise<void> => {
    const isShown = (name: string) => (reportsOf(name).at(-1)?.shownFps ?? 0) > 0;
    await until(
      `${wanted} alone`,
      () => names.every((name) => isShown(name) === (name === wanted)),
    );
  };

  // It follows the window's size.
  await screen.window("image");
  const large = { width: 1800, height: 1100 };
  await screen.resize("image", large);
  const grid = places(large);
  const whole = places(large, 1);
  await advance(grid);
  await until(
    `every camera at ${ENOUGH_FPS} frames/s`,
    () => names.every((name) => shownFps(reportsOf(name)) >= ENOUGH_FPS),
  );
  for (const name of names) {
    const { ageMsP50, ageMsMax, state, damaged } = reportsOf(name).at(-1)!;
    assert.deepEqual([state, damaged], ["live", 0]);
    assert.ok(ageMsP50! > 0 && ageMsP50! < 1000 && ageMsMax! >= ageMsP50!, `${name}: ${ageMsP50}`);
  }

  // Enlarged by a digit, an arrow, a click; and back.
  await screen.press("image", "2");
  await advance(whole);
  await screen.press("image", "Right");
  await isAlone(names[2]!);
  await screen.press("image", "Escape");
  await advance(grid);
  const { x, y, width, height } = grid[4]!;
  await screen.click("image", { x: x + width / 2, y: y + height / 2 });
  await isAlone(names[4]!);
  await advance(whole);
  await screen.click("image", { x: 5, y: 5 });
  await advance(grid);

  // The last one goes: it is greyed, and the others go on. It comes back.
  await workshop[Symbol.asyncDispose]();
  const last = grid.at(-1)!;
  const blueBar = { x: last.x + Math.round(width * 0.93), y: last.y + 40 };
  await screen.pixel(blueBar, "grey", ([r, g, b]) => r === g && g === b && r > 0);
  await advance(grid.slice(0, -1));
  await using again = startHost(["test"], port);
  await screen.pixel(blueBar, "blue", ([r, g, b]) => b > 150 && r < 60 && g < 60);
  await advance(grid);
  assert.deepEqual(names.map((name) => reportsOf(name).at(-1)!.reconnects), [0, 0, 0, 0, 0, 0, 1]);

  // A host is asked for no more than is shown.
  const isSent = (wanted: string) =>
    again.hostReport(({ guests }) => guests[0]?.rendition === wanted);
  await isSent("full");
  await screen.resize("image", { width: 500, height: 400 });
  await isSent("quarter");
  await screen.press("image", "7");
  await isSent("full");
  await screen.press("image", "2");
  await isSent("quarter");
  await screen.press("image", "q");
  const { code, words } = await guest.ending();
  assert.equal(code, 0, words.join("\n"));
});
