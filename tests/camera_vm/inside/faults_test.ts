/** A camera that is pulled out, busy, missing or failing: the host says so and takes it back. */

import assert from "node:assert/strict";
import { controlName } from "../../../lib/camera/v4l2/controls.ts";
import { TestGuest } from "../../support/peers.ts";
import { Program } from "../../support/programs.ts";
import {
  controlsOf,
  pressVivid,
  setVivid,
  StreamingProgram,
  UnpluggedVivid,
  VIVID,
} from "./support.ts";

/** Small and slow: an emulated machine has enough to do. */
const HOST = ["--port=0", "--no-preview", "--width=320", "--height=180", "--fps=10"];
const GUEST = ["--no-window", "--stats=json"];

/** How often the plug is pulled in a row. */
const TIMES = 10;

/** Pictures that must come for the camera to count as back. */
const ENOUGH = 5;

/** What telling the guests of a loss, and bringing the picture back, may take, in milliseconds. */
const LOST_WITHIN_MS = 4000;
const BACK_WITHIN_MS = 3000;

Deno.test("one host and one guest, on one connection, outlive every fault of a camera", async (t) => {
  await using other = new StreamingProgram();
  await using host = Program.start("host", [...HOST, "--source=vivid"]);
  await using guest = Program.start("guest", [await host.address(), ...GUEST]);

  await t.step("in use by another program: the guest hears by which", async () => {
    const why = `it is in use by ${other.name}`;
    await guest.line(new RegExp(escaped(`camera lost: Cannot open vivid (${VIVID}): ${why}`)));
    await other[Symbol.asyncDispose]();
    await receiveMore(guest);
  });

  await t.step(
    "unplugged ten times: the guest hears of it, and the picture comes back",
    async () => {
      const before = await resources(host);
      for (let time = 1; time <= TIMES; time++) {
        const seen = guest.lines.length;
        const pulledMs = performance.now();
        const vivid = await UnpluggedVivid.pull();
        const lost = await guest.line(/^guest: lost: camera lost: .*disconnected/, seen);
        assertWithin(lost.atMs - pulledMs, LOST_WITHIN_MS, `heard of loss ${time}`);
        await vivid.plug();
        const pluggedMs = performance.now();
        const live = await guest.line(/^guest: live/, guest.lines.indexOf(lost));
        assertWithin(live.atMs - pluggedMs, BACK_WITHIN_MS, `back after loss ${time}`);
      }
      await receiveMore(guest);
      assertNoGrowth(before, await resources(host));
    },
  );

  await t.step("back under another number: it is found by its name", async () => {
    const vivid = await UnpluggedVivid.pull();
    const path = await vivid.plugElsewhere();
    assert.notEqual(path, VIVID);
    await host.line(new RegExp(escaped(`vivid (${path}): 320x180 at 10 frames/s`)));
    await receiveMore(guest);
    const seen = guest.lines.length;
    await vivid.plug();
    await guest.line(/^guest: live/, seen);
    await receiveMore(guest);
  });

  const buttons = controlsOf(VIVID).map(({ label }) => controlName(label))
    .filter((name) => name.startsWith("inject_"));
  assert.ok(buttons.length >= 6);
  for (const button of buttons) {
    await t.step(`${button}: the picture goes on`, async () => {
      await pressVivid(button);
      await receiveMore(guest);
    });
    await t.step(`${button} while the camera is opened again: the picture comes back`, async () => {
      const seen = guest.lines.length;
      await pressVivid(button, "disconnect");
      await guest.line(/^guest: lost: camera lost/, seen);
      await receiveMore(guest);
    });
  }

  const { reconnects } = await guest.guestReport(({ state }) => state === "live");
  assert.equal(reconnects, 0, [...guest.words, ...host.words].join("\n"));
});

Deno.test("host --wait waits for a camera that is not there yet", async () => {
  await setVivid("unbind");
  try {
    await using host = Program.start("host", [...HOST, "--source=vivid", "--wait"]);
    using guest = await TestGuest.connect(await host.port());
    await guest.hello();
    await host.line(/camera lost: Cannot find camera vivid: no camera is connected/);
    await setVivid("bind");
    await guest.picture();
  } finally {
    await setVivid("bind");
  }
});

/** Waits until so many more pictures came that it cannot be what was under way. */
async function receiveMore(guest: Program): Promise<void> {
  const { received } = await guest.guestReport(() => true);
  await guest.guestReport((stats) => stats.received >= received + ENOUGH);
}

/** What a process holds. */
interface Resources {
  /** Open files. */
  files: number;
  /** Memory in use, in kilobytes. */
  memoryKb: number;
}

async function resources({ pid }: Program): Promise<Resources> {
  const files = (await Array.fromAsync(Deno.readDir(`/proc/${pid}/fd`))).length;
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return { files, memoryKb: Number(/VmRSS:\s+(\d+)/.exec(status)![1]) };
}

/** Ten cycles may cost caches and a collector's slack, but not a picture's memory each. */
const SLACK_KB = 40_000;

function assertNoGrowth(before: Resources, after: Resources): void {
  assert.ok(after.files <= before.files, `${before.files} files became ${after.files}`);
  const grownKb = after.memoryKb - before.memoryKb;
  assert.ok(grownKb < SLACK_KB, `${grownKb} kB more than before`);
}

function assertWithin(tookMs: number, limitMs: number, what: string): void {
  assert.ok(tookMs <= limitMs, `${what} after ${Math.round(tookMs)} ms, not ${limitMs}`);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
