/** `guest --max-fps`: as many pictures as were asked for, evenly spread, each guest its own rate. */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { temporaryFolder } from "../support/folder.ts";
import { numbersOf } from "../support/numbered_pictures.ts";
import { Program } from "../support/programs.ts";

const FPS = 30;
const SECONDS = 10;
const HOST = [
  ...["--source=test", `--fps=${FPS}`, "--width=320", "--height=240", "--port=0", "--no-preview"],
];

Deno.test("guest --max-fps gets its pictures evenly spread at that rate, but for those that nobody had time for", async (test) => {
  await using folder = await temporaryFolder();
  await using host = Program.start("host", HOST);
  const address = await host.address();
  const endings = await Promise.all([7, 20, 60].map(async (maxFps) => {
    const output = `${folder.path}/${maxFps}.mjpeg`;
    const frames = 1 + SECONDS * Math.min(FPS, maxFps);
    const options = ["--no-window", `--max-fps=${maxFps}`, `--frames=${frames}`];
    const { code } = await Program.run("guest", [address, ...options, `--output=${output}`]);
    return { maxFps, code, numbers: await numbersOf(await Deno.readFile(output)) };
  }));

  for (const { maxFps, code, numbers } of endings) {
    await test.step(`${maxFps} of ${FPS}`, () => {
      assert.equal(code, 0);
      const gaps = numbers.slice(1).map((number, n) => number - numbers[n]!);
      // A larger gap is a picture that this computer was too busy for.
      const usual = gaps.filter((gap) => gap <= Math.ceil(Math.max(1, FPS / maxFps)));
      assert.ok(usual.every((gap) => gap >= Math.floor(FPS / maxFps)), `${gaps}`);
      const pictures = usual.reduce((sum, gap) => sum + gap, 0);
      const perSecond = FPS * usual.length / pictures;
      const requested = Math.min(FPS, maxFps);
      assert.ok(Math.abs(perSecond / requested - 1) <= 0.02, `${perSecond} a second: ${gaps}`);
      assert.ok(usual.length > gaps.length / 2, `${gaps}`);
    });
  }
});
