/**
 * The README's commands on a computer that has Node and nothing else: no compiler, no OpenCV.
 *
 * Its browser is this machine's. How long the first picture took is printed.
 */

/// <reference lib="dom" />

import assert from "node:assert/strict";
import { Browser } from "../support/browser.ts";
import { Program } from "../support/programs.ts";
import { FAKE_CAMERA, linksOf } from "../web/camera_in_browser.ts";
import { drawnWithin, live, numberOnCanvas } from "../web/page_in_browser.ts";
import { BareMachine } from "./bare_machine.ts";
import { machineTest } from "./machine.ts";

/** What the programs would build the bridge with, and what it would stand on. */
const COMPILERS = ["c++", "g++", "clang++", "cc", "gcc", "pkg-config", "python3"];

machineTest(
  "a computer with Node alone is a host and a guest, with a browser as camera and window",
  async (t) => {
    await using machine = await BareMachine.make();
    assert.equal(await machine.find(COMPILERS), "");
    // What is fetched once, by npm and by Deno, does not count.
    assert.match((await machine.run("host", "--version")).words, /^host \(capturevideo\) \d/);
    assert.match((await machine.run("guest", "--version")).words, /^guest \(capturevideo\) \d/);
    await using browser = await Browser.start(FAKE_CAMERA);

    await t.step("host --source browser --web", async () => {
      const seconds = stopwatch();
      const args = ["--source=browser", "--web=0", "--port=0"];
      await using host = machine.start("host", args);
      const { camera, viewer } = await linksOf(host);
      const linkAt = seconds();
      const [sender, page] = await Promise.all([browser.open(camera), browser.open(viewer)]);
      await live(page);
      const pictureAt = seconds();
      const drawn = await drawnWithin(page, 2000);
      console.log(
        `      host: link after ${linkAt} s, first picture after ${pictureAt} s; ` +
          `${drawn.length / 2} pictures a second`,
      );
      assert.ok(drawn.length > 0);
      assert.deepEqual([...sender.complaints, ...page.complaints], []);
      host.signal("SIGINT");
      const { code, words } = await host.ending();
      assert.equal(code, 0);
      assert.deepEqual(words.filter((line) => /warning|bug/.test(line)), []);
    });

    await t.step("guest --web", async () => {
      await using host = Program.start("host", ["--source=test", "--port=0", "--no-preview"]);
      const seconds = stopwatch();
      await using guest = machine.start("guest", [await host.address(), "--web=0"]);
      const { text } = await guest.line(/in a browser: /);
      const linkAt = seconds();
      const page = await browser.open(/\S+$/.exec(text)![0]);
      await live(page);
      console.log(`      guest: link after ${linkAt} s, first picture after ${seconds()} s`);
      assert.ok(await numberOnCanvas(page));
      guest.signal("SIGINT");
      assert.equal((await guest.ending()).code, 0);
    });
  },
);

/** Tells the seconds since now. */
function stopwatch(): () => string {
  const startedAtMs = performance.now();
  return () => ((performance.now() - startedAtMs) / 1000).toFixed(1);
}
