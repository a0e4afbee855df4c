/** What NATS must not change: no picture is late for a slow link, and a server that dies is no end. */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { documentedConfig, NatsServer } from "../support/nats_server.ts";
import { Program } from "../support/programs.ts";
import { CoreWait } from "./core_wait.ts";
import { HostNetwork } from "./host_network.ts";
import { MachineTime } from "./machine_time.ts";
import { networkTest } from "./requirements.ts";
import { median, type Sighting, Sightings } from "./sightings.ts";

const FPS = 30;
const SIZE = { width: 1280, height: 720 };
const HOST = [
  ...["--source=test", `--width=${SIZE.width}`, `--height=${SIZE.height}`, `--fps=${FPS}`],
  ...["--quality=70", "--port=0", "--no-preview"],
];
/** One that publishes full pictures alone. */
const FULL_HOST = [...HOST, "--no-adapt"];
const SLOW_MEGABITS_PER_SEC = 4;
/** What packets, and the server's words around a picture, add to it. */
const OVERHEAD = 1.06;
/** What the computers may need themselves, in milliseconds. */
const COMPUTERS_MS = 50;
/** How soon there is a picture again where another server is left, in milliseconds. */
const BACK_WITHIN_MS = 2000;
/** What comes before is the start, in milliseconds. */
const SETTLED_AFTER_MS = 1000;

/** A guest, and what it saw. */
class Watcher implements AsyncDisposable {
  readonly sightings = new Sightings(FPS);
  readonly guest: Program;
  readonly waited: CoreWait;

  constructor(url: string, namespace: string) {
    this.guest = Program.start("guest", [url, "--no-window", "--output=-", "--stats=json"], {
      namespace,
      onOutput: this.sightings.push,
    });
    this.waited = new CoreWait(this.guest.pid);
  }

  /** Ends it; the pictures that it has seen. */
  async seen(): Promise<Sighting[]> {
    await this.guest[Symbol.asyncDispose]();
    return await this.sightings.settled();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.guest[Symbol.asyncDispose]();
    await this.waited[Symbol.asyncDispose]();
    await this.sightings[Symbol.asyncDispose]();
  }
}

/** T: how long the slow link takes for a picture, in milliseconds. */
function linkMs(seen: readonly Sighting[]): number {
  return median(seen.map(({ bytes }) => bytes)) * OVERHEAD * 8 / (SLOW_MEGABITS_PER_SEC * 1000);
}

/** What tells that a machine was busy with something else. */
interface Excuses {
  readonly time: MachineTime;
  /** What was seen over the fast link. */
  readonly fast: readonly Sighting[];
}

function assertRising(seen: readonly Sighting[]): void {
  const numbers = seen.map(({ atMs, ageMs }) => Math.round((atMs - ageMs) * FPS / 1000));
  const wrong = numbers.findIndex((number, at) => at > 0 && number <= numbers[at - 1]!);
  assert.equal(wrong, -1, `picture ${numbers[wrong]} follows ${numbers[wrong - 1]}`);
}

/**
 * Every picture of a slow link is at most so old, whatever came before. What the computers took beyond
 * their share is told by the machine, and by the pictures over the fast link at the same time.
 */
function assertBounded(seen: readonly Sighting[], { waited }: Watcher, excuses: Excuses): void {
  const boundMs = 2 * linkMs(seen) + 1000 / FPS + COMPUTERS_MS;
  const late = seen.filter(({ atMs, ageMs }) => {
    const [fromMs, toMs] = [atMs - ageMs, atMs];
    const beside = excuses.fast.filter((other) =>
      other.atMs > fromMs && other.atMs - other.ageMs < toMs
    );
    const tookMs = Math.max(0, ...beside.map((other) => other.ageMs - COMPUTERS_MS));
    const pausedMs = excuses.time.pausedMs(fromMs, toMs) + waited.waitedMs(fromMs, toMs);
    return ageMs > boundMs + tookMs + pausedMs;
  });
  assert.deepEqual(late.map(({ ageMs }) => ageMs.toFixed()), [], `over ${boundMs.toFixed()} ms`);
}

/** The longest time without a picture, in milliseconds. */
function longestGapMs(seen: readonly Sighting[]): number {
  return Math.max(...seen.slice(1).map(({ atMs }, at) => atMs - seen[at]!.atMs));
}

function rateBetween(seen: readonly Sighting[], fromMs: number, toMs: number): number {
  const within = seen.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
  return (within.length - 1) / (within.at(-1)!.atMs - within[0]!.atMs) * 1000;
}

function describe(name: string, seen: readonly Sighting[]): string {
  const ages = seen.map(({ ageMs }) => ageMs);
  return `${name}: ${seen.length} pictures, age ${median(ages).toFixed()} ms, at most ${
    Math.max(...ages).toFixed()
  }, longest gap ${longestGapMs(seen).toFixed()} ms`;
}

networkTest(
  "NATS: over slow links from and to the server no picture is late, in any second, also after the " +
    "server was started again; a fast link beside them carries all pictures",
  async () => {
    await using stack = new AsyncDisposableStack();
    const time = stack.use(await MachineTime.take());
    const network = stack.use(await HostNetwork.create());
    const slow = await network.connect({ megabitsPerSec: SLOW_MEGABITS_PER_SEC });
    const uplink = await network.connect({ megabitsPerSec: SLOW_MEGABITS_PER_SEC });
    const fast = await network.connect();
    const server = stack.use(await NatsServer.start("listen: 0.0.0.0:4222", network.namespace));
    const near = stack.use(Program.start("host", [
      ...[...FULL_HOST, "--nats=nats://127.0.0.1", "--name=near"],
    ], { namespace: network.namespace }));
    const far = stack.use(Program.start("host", [
      ...[...FULL_HOST, `--nats=nats://${uplink.hostAddress}`, "--name=far"],
    ], { namespace: uplink.namespace }));
    await Promise.all([near.line(/publishing near/), far.line(/publishing far/)]);
    const watchers = [
      new Watcher(`nats://${fast.hostAddress}/near/camera`, fast.namespace),
      new Watcher(`nats://${slow.hostAddress}/near/camera`, slow.namespace),
      new Watcher("nats://127.0.0.1/far/camera", network.namespace),
    ].map((watcher) => stack.use(watcher));
    for (const { guest } of watchers) await guest.line(/^guest: live$/);
    const [neighbour, reader, behindUplink] = watchers as [Watcher, Watcher, Watcher];
    await neighbour.sightings.until(6000);

    await server.kill();
    await Promise.all(watchers.map(({ guest }) => guest.line(/^guest: lost: .*server .* is gone/)));
    const lines = watchers.map(({ guest }) => guest.lines.length);
    await server.again();
    await Promise.all(
      watchers.map(({ guest }, at) => guest.line(/^guest: live$/, lines[at]!)),
    );
    await neighbour.sightings.until(neighbour.sightings.lastMs + 6000);

    const seen = await Promise.all(watchers.map((watcher) => watcher.seen()));
    const names = ["fast link", "slow link", "slow uplink"];
    seen.forEach((pictures, at) => console.log(describe(names[at]!, pictures)));
    for (const pictures of seen) assertRising(pictures);
    const [all, ofReader, ofUplink] = seen as [Sighting[], Sighting[], Sighting[]];
    for (const [pictures, watcher] of [[ofReader, reader], [ofUplink, behindUplink]] as const) {
      const begin = pictures[0]!.atMs + SETTLED_AFTER_MS;
      const settled = pictures.filter(({ atMs }) => atMs > begin);
      assertBounded(settled, watcher, { time, fast: all });
    }
    const gap = all.findIndex(({ atMs }, at) => at > 0 && atMs - all[at - 1]!.atMs > 300);
    assert.ok(gap > 0, "the server's death was not seen");
    for (const part of [all.slice(0, gap), all.slice(gap)]) {
      const rate = rateBetween(part, part[0]!.atMs + SETTLED_AFTER_MS, Infinity);
      assert.ok(rate >= 29, `${rate} pictures/s over the fast link`);
    }
    for (const watcher of [reader, behindUplink]) {
      assert.doesNotMatch(watcher.guest.words.join("\n"), /bug|damaged/);
    }
  },
);

/** The documented configuration, for three servers on one computer. */
function node(number: number, documented: string): string {
  const routes = [1, 2, 3].map((other) => `nats://127.0.0.1:622${other}`).join(", ");
  return documented.replace("bus1", `bus${number}`)
    .replace("0.0.0.0:4222", `127.0.0.1:422${number}`)
    .replace("0.0.0.0:6222", `127.0.0.1:622${number}`)
    .replace(/routes: .*/, `routes: [${routes}]`);
}

networkTest(
  "NATS: in a cluster of three, pictures are back within 2 s when the guest's server dies, and when " +
    "the host's does",
  async () => {
    await using stack = new AsyncDisposableStack();
    const network = stack.use(await HostNetwork.create());
    const { namespace } = network;
    const documented = await documentedConfig("Three servers");
    const nodes: NatsServer[] = [];
    for (const number of [1, 2, 3]) {
      nodes.push(stack.use(await NatsServer.start(node(number, documented), namespace)));
    }
    const host = stack.use(Program.start("host", [
      ...[
        ...FULL_HOST,
        "--width=320",
        "--height=240",
        "--nats=nats://127.0.0.1:4221",
        "--name=studio",
      ],
    ], { namespace }));
    await host.line(/publishing studio\/camera by NATS, at 127\.0\.0\.1:4221$/);
    const sightings = stack.use(new Sightings(FPS));
    const guest = stack.use(Program.start("guest", [
      ...["nats://127.0.0.1:4222/studio/camera", "--no-window", "--output=-", "--stats=json"],
    ], { namespace, onOutput: sightings.push }));
    await guest.line(/^guest: live$/);

    for (const [dying, who] of [[nodes[1]!, guest], [nodes[0]!, host]] as const) {
      await sightings.until(sightings.lastMs + 1500);
      const lines = who.lines.length;
      await dying.kill();
      await who.line(/is gone/, lines);
      await sightings.until(sightings.lastMs + 1500);
    }
    await guest[Symbol.asyncDispose]();
    const seen = await sightings.settled();
    console.log(describe("cluster", seen));
    assertRising(seen);
    assert.ok(longestGapMs(seen) < BACK_WITHIN_MS, `no picture for ${longestGapMs(seen)} ms`);
  },
);

networkTest(
  "NATS: a guest whose link does not carry the full pictures reads lighter ones, within the bound, and " +
    "the guest with the fast link reads full ones all the time",
  async () => {
    await using stack = new AsyncDisposableStack();
    const time = stack.use(await MachineTime.take());
    const network = stack.use(await HostNetwork.create());
    const slow = await network.connect({ megabitsPerSec: SLOW_MEGABITS_PER_SEC });
    const { namespace } = network;
    stack.use(await NatsServer.start("listen: 0.0.0.0:4222", namespace));
    const host = stack.use(Program.start("host", [
      ...[...HOST, "--nats=nats://127.0.0.1", "--name=near", "--stats=json"],
    ], { namespace }));
    await host.line(/publishing near/);
    const fast = stack.use(new Watcher("nats://127.0.0.1/near/camera", namespace));
    const reader = stack.use(new Watcher(`nats://${slow.hostAddress}/near`, slow.namespace));
    await host.hostReport(({ guests }) => guests.some(({ rendition }) => rendition !== "full"));
    await reader.sightings.until(reader.sightings.lastMs + 4000);
    const [all, seen] = await Promise.all([fast.seen(), reader.seen()]);
    console.log(describe("lighter pictures", seen));
    assertRising(seen);
    const lately = seen.filter(({ atMs }) => atMs > seen.at(-1)!.atMs - 3000);
    assertBounded(lately, reader, { time, fast: all });
    const rate = rateBetween(lately, -Infinity, Infinity);
    assert.ok(rate >= 12, `${rate} lighter pictures/s`);
    const { bytes } = all.at(-1)!;
    assert.ok(all.every((picture) => picture.bytes > 0.9 * bytes), "a lighter picture");
  },
);
