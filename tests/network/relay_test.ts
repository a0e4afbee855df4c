/** A chain of private relays, each on a computer of its own: host → relay → relay → guest. */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { MAX_UNEVENNESS } from "../../lib/host/ack_window.ts";
import { monotonicMicros } from "../../lib/opencv/mod.ts";
import { FRAME_PREFIX_BYTES } from "../protocol/all.ts";
import { Program, type ProgramOptions } from "../support/programs.ts";
import { until } from "../support/until.ts";
import { CoreWait } from "./core_wait.ts";
import { HostNetwork, type Link } from "./host_network.ts";
import { MachineTime } from "./machine_time.ts";
import { networkTest } from "./requirements.ts";
import { median, type Sighting, Sightings } from "./sightings.ts";

const FPS = 30;
const WIDTH = 1280;
/** The same port on each computer. */
const PORT = 65432;
/** One key for all: each host proves it to its guests, and is asked for it by its source. */
const KEY = "7K2M-Q9XD-4RTV-H3WB";
const ENV = { CAPTUREVIDEO_KEY: KEY, CAPTUREVIDEO_SOURCE_KEY: KEY };

const FAST_MEGABITS = 100;
const SLOW_MEGABITS = 4;
/** For so long each link is slow, in milliseconds. */
const SLOW_MS = 3300;
/** A packet on Ethernet, and what of it is the picture's. */
const PACKET = { bytes: 1514, pictureBytes: 1448 };
/** What four computers take that share a few cores, in milliseconds. */
const COMPUTERS_MS = 60;
/** One picture in so many may be late, as the programs wait for each other. */
const ONE_LATE_IN = 10;

/** Starts a host on its computer; `from` is its source, where it is a relay. */
function startHost(options: ProgramOptions, from?: Link): Program {
  const source = from
    ? [`--source=capturevideo://${from.hostAddress}`]
    : ["--source=test", `--width=${WIDTH}`, "--height=720", `--fps=${FPS}`, "--quality=70"];
  return Program.start("host", [
    ...[...source, "--host=0.0.0.0", `--port=${PORT}`, "--no-adapt", "--no-announce"],
    "--no-preview",
  ], { ...options, env: ENV });
}

/** Starts a guest that decodes nothing. */
function startGuest(link: Link, onOutput?: (chunk: Uint8Array) => void): Program {
  const output = onOutput ? ["--output=-"] : [];
  return Program.start("guest", [
    ...[link.hostAddress, "--web=0", "--no-browser", "--stats=json", ...output],
  ], { namespace: link.namespace, env: ENV, ...onOutput && { onOutput } });
}

/** What kept the machine from the programs. */
interface Excuses {
  readonly time: MachineTime;
  /** Of each program that a picture comes through. */
  readonly waits: readonly CoreWait[];
}

/** The age that a picture may have where one link of the chain is slow, in milliseconds. */
function allowedAgeMs({ bytes, atMs, ageMs }: Sighting, { time, waits }: Excuses): number {
  const packets = (FRAME_PREFIX_BYTES + bytes) / PACKET.pictureBytes;
  const linkMs = packets * PACKET.bytes * 8 / (SLOW_MEGABITS * 1000);
  const pausedMs = time.pausedMs(atMs - ageMs, atMs);
  const waitedMs = waits.reduce((sum, wait) => sum + wait.waitedMs(atMs - ageMs, atMs), 0);
  return (MAX_UNEVENNESS + 1) * linkMs + 1000 / FPS + COMPUTERS_MS + pausedMs + waitedMs;
}

const nowMs = () => monotonicMicros() / 1000;

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

networkTest(
  "two private relays keep the rate, the true age and the bound, whichever link is slow, and come back",
  async () => {
    await using stack = new AsyncDisposableStack();
    const time = stack.use(await MachineTime.take());
    const network = stack.use(await HostNetwork.create());
    // It has taken the last picture when the programs have ended.
    const sightings = stack.use(new Sightings(FPS));
    stack.defer(async () => void await sightings.settled());
    const links: Link[] = [];
    for (let from = network.namespace; links.length < 3; from = links.at(-1)!.namespace) {
      links.push(await network.connect({ from }));
    }
    const [first, second, third] = links as [Link, Link, Link];
    const programs = [startHost({ namespace: network.namespace })];
    stack.defer(async () => {
      for (const program of programs) await program[Symbol.asyncDispose]();
    });
    for (const link of [first, second]) {
      await programs.at(-1)!.line(/deno task guest/);
      programs.push(startHost({ namespace: link.namespace }, link));
    }
    await programs.at(-1)!.line(/deno task guest/);

    // The age at each host, and at the end of the chain also by the pictures themselves.
    const last = startGuest(third, sightings.push);
    const waits = [...programs, last].map(({ pid }) => stack.use(new CoreWait(pid)));
    const excuses: Excuses = { time, waits };
    const hops = [startGuest(first), startGuest(second), last];
    programs.push(...hops);
    for (const hop of hops) await hop.line(/^guest: live$/);
    const reports = await Promise.all(
      hops.map((hop) =>
        hop.guestReport(({ receivedFps, ageMsP50 }) => receivedFps > 29 && ageMsP50 !== null)
      ),
    );
    const hopAges = reports.map(({ ageMsP50 }) => ageMsP50!.toFixed(1));
    console.log(`      age behind each host: ${hopAges.join(", ")} ms`);
    for (const hop of hops.slice(0, 2)) await hop[Symbol.asyncDispose]();

    const fast = await sightings.settled();
    const within = async (ms: number, settleMs = 0): Promise<Sighting[]> => {
      const fromMs = nowMs() + settleMs;
      await pause(ms);
      return (await sightings.settled()).filter(({ atMs }) => atMs > fromMs);
    };
    const seen = await within(3000);
    const rate = (seen.length - 1) / (seen.at(-1)!.atMs - seen[0]!.atMs) * 1000;
    const age = median(seen.map(({ ageMs }) => ageMs));
    const { ageMsP50 } = await last.guestReport(({ ageMsP50 }) => ageMsP50 !== null);
    console.log(`      ${rate.toFixed(1)} pictures/s, age ${age.toFixed(1)} ms in their pixels`);
    assert.ok(fast.length > 0 && rate > 29, `${rate}`);
    assert.ok(Math.abs(ageMsP50! - age) <= 10, `said ${ageMsP50} ms, in the pixels ${age} ms`);

    for (const [index, link] of links.entries()) {
      await link.setRate(SLOW_MEGABITS);
      // The pictures that were under way when the link became slow were sent for a fast one.
      const slow = await within(SLOW_MS, 1000);
      await link.setRate(FAST_MEGABITS);
      const ages = slow.map(({ ageMs }) => ageMs);
      const late = slow.filter((one) => one.ageMs > allowedAgeMs(one, excuses));
      console.log(
        `      link ${index + 1} slow: ${slow.length} pictures, age ${
          median(ages).toFixed(0)
        } ms, ` +
          `at most ${Math.max(...ages).toFixed(0)} of ${
            allowedAgeMs(slow[0]!, excuses).toFixed(0)
          }`,
      );
      assert.ok(slow.length > 5);
      assert.ok(late.length <= slow.length / ONE_LATE_IN, late.map(({ ageMs }) => ageMs).join());
    }

    const [, relay] = programs;
    relay!.signal("SIGKILL");
    await relay!.ended;
    await last.line(/^guest: lost: camera lost: Cannot connect to/);
    const again = startHost({ namespace: first.namespace }, first);
    programs.push(again);
    await again.line(/deno task guest/);
    const listensAtMs = nowMs();
    const back = await until(
      "a picture",
      async () => (await sightings.settled()).find(({ atMs }) => atMs > listensAtMs),
      { everyMs: 20 },
    );
    const tookMs = back.atMs - listensAtMs;
    console.log(`      the picture is back ${tookMs.toFixed(0)} ms after the relay`);
    assert.ok(tookMs < 3000, `${tookMs}`);
  },
);
