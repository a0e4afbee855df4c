/** The bound holds for a browser's picture over a slow link, as it does for a guest's. */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { MAX_UNEVENNESS } from "../../lib/host/ack_window.ts";
import { monotonicMicros } from "../../lib/opencv/mod.ts";
import { FRAME_PREFIX_BYTES } from "../protocol/all.ts";
import { Browser, whyNoBrowser } from "../support/browser.ts";
import { Program } from "../support/programs.ts";
import { clockOffsetMs, type Drawn, drawnWithin, live } from "../web/page_in_browser.ts";
import { HostNetwork } from "./host_network.ts";
import { MachineTime } from "./machine_time.ts";
import { networkTest } from "./requirements.ts";
import { median } from "./sightings.ts";

const MEGABITS_PER_SEC = 4;
const FPS = 30;
const SECONDS = 12;

/** A packet on Ethernet, and what of it is the picture's, and the WebSocket's around it. */
const PACKET = { bytes: 1514, pictureBytes: 1448 };
const WEBSOCKET_BYTES = 10;

/**
 * What the two computers take, one of which runs a whole browser: more of one picture alone, for
 * which a program has waited for a core.
 */
const COMPUTERS = { ms: 20, ofOneMs: 60 };

/** How old a picture of that length may be when it arrives, with a window of 2, in milliseconds. */
function allowedAgeMs(bytes: number): number {
  const packets = (WEBSOCKET_BYTES + FRAME_PREFIX_BYTES + bytes) / PACKET.pictureBytes;
  const linkMs = packets * PACKET.bytes * 8 / (MEGABITS_PER_SEC * 1000);
  return (MAX_UNEVENNESS + 1) * linkMs + 1000 / FPS;
}

networkTest(
  "a browser's picture is within the bound over 4 Mbit/s, and its age what the page says",
  async () => {
    await using time = await MachineTime.take();
    await using network = await HostNetwork.create();
    const { namespace, hostAddress } = await network.connect({ megabitsPerSec: MEGABITS_PER_SEC });
    await using host = Program.start("host", [
      ...["--source=test", `--fps=${FPS}`, "--quality=70", "--no-adapt", "--no-preview"],
      ...["--host=0.0.0.0", "--open", "--port=0", "--web=0"],
    ], { namespace: network.namespace });
    const { text } = await host.line(/in a browser: /);
    const { port } = new URL(/\S+$/.exec(text)![0]);
    await using browser = await Browser.start({ namespace });
    const page = await browser.open(`http://${hostAddress}:${port}/`);
    await live(page);
    // The first seconds: the clocks are compared, and the round trip on an idle link.
    await drawnWithin(page, 4000);
    const offsetMs = await clockOffsetMs(page, () => monotonicMicros() / 1000);
    const drawn = await drawnWithin(page, SECONDS * 1000);
    const seen = drawn.map((picture) => {
      const { capturedAtMicros, drawnAtMs, waitedMs, bytes } = picture;
      // The pattern's frame n is captured n / FPS seconds after the clock's zero.
      const capturedAtMs = Math.round(capturedAtMicros * FPS / 1e6) * 1000 / FPS;
      const arrivedAtMs = drawnAtMs - waitedMs + offsetMs;
      const ageMs = arrivedAtMs - capturedAtMs;
      const lateMs = ageMs - allowedAgeMs(bytes) - time.pausedMs(capturedAtMs, arrivedAtMs);
      return { ageMs, lateMs, wrongMs: saidAgeMs(picture) - ageMs };
    });
    const ages = seen.map(({ ageMs }) => ageMs);
    const late = seen.map(({ lateMs }) => lateMs).sort((a, b) => b - a);
    console.log(
      `      ${(seen.length / SECONDS).toFixed(1)} pictures a second, ` +
        `${median(ages).toFixed()} ms old on arrival, at most ${Math.max(...ages).toFixed()}, ` +
        `${(-late[0]!).toFixed()} ms below the bound`,
    );
    assert.ok(seen.length > 4 * SECONDS, `${seen.length} pictures`);
    assert.ok(late[1]! < COMPUTERS.ms && late[0]! < COMPUTERS.ofOneMs, `late: ${late.slice(0, 5)}`);
    assert.ok(Math.abs(median(seen.map(({ wrongMs }) => wrongMs))) < 10);
    // Nothing gathers anywhere: the last pictures are as old as the first.
    const third = Math.floor(ages.length / 3);
    assert.ok(median(ages.slice(-third)) - median(ages.slice(0, third)) < 1000 / FPS);
  },
  whyNoBrowser(),
);

/** What the page says that its age was on arrival, in milliseconds. */
function saidAgeMs({ ageMs, waitedMs }: Drawn): number {
  return ageMs! - waitedMs;
}
