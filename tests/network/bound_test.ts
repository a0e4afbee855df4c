/**
 * The bound: over any link, a picture is at most so old when it arrives, for as long as one looks.
 * One host serves guests over links of all rates at once, so that none of them may cost another.
 */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { MAX_UNEVENNESS } from "../../lib/host/ack_window.ts";
import { monotonicMicros } from "../../lib/opencv/mod.ts";
import { FRAME_PREFIX_BYTES } from "../protocol/all.ts";
import { Program } from "../support/programs.ts";
import { CoreWait } from "./core_wait.ts";
import { HostNetwork, type Link } from "./host_network.ts";
import { MachineTime } from "./machine_time.ts";
import { networkTest } from "./requirements.ts";
import { median, type Sighting, Sightings } from "./sightings.ts";

const FPS = 30;
/**
 * About 75 kB a picture, which is 18 Mbit/s, as of a camera at 720p; but of fewer pixels, as seven
 * programs compress and decode them on this one machine.
 */
const SIZE = { width: 640, height: 480 };
const QUALITY = 94;
const SECONDS = 30;
/** What comes before is the start, and the adaptation's first second. */
const SETTLED_AFTER_MS = 5000;

/** The rates of the links, in Mbit/s; a list is gone through in equal parts of the time. */
const RATES: readonly (readonly number[])[] = [[100], [16], [8], [4], [2], [8, 2, 8]];

/** Since when a link has had which rate. */
interface RateChange {
  readonly sinceMs: number;
  readonly megabitsPerSec: number;
}

/** What one guest saw. */
interface Run {
  readonly name: string;
  readonly rates: RateChange[];
  readonly seen: Sighting[];
  readonly waited: CoreWait;
  readonly claimedP50: number[];
}

/** A packet on Ethernet, and what of it is the picture's: the rest is TCP's, IP's and its own. */
const PACKET = { bytes: 1514, pictureBytes: 1448 };

/** What the computers need themselves where nothing else keeps them busy, in milliseconds. */
const IDLE_COMPUTERS_MS = 10;

/**
 * All programs of this test share a few cores, so that now and then one waits for another: one
 * picture in so many may be late by that, and by no more than so many milliseconds.
 */
const BUSY_COMPUTERS = { onePictureIn: 200, ms: 50 };

/** The slowest rate that a link had while a picture was on its way, in Mbit/s. */
function slowestRate({ atMs, ageMs }: Sighting, rates: readonly RateChange[]): number {
  const during = rates.filter(({ sinceMs }, index) => {
    const untilMs = rates[index + 1]?.sinceMs ?? Infinity;
    return sinceMs < atMs && untilMs > atMs - ageMs;
  });
  return Math.min(...during.map(({ megabitsPerSec }) => megabitsPerSec));
}

/** T: how long the link takes for a picture, with its packets' headers, in milliseconds. */
function linkMs(sighting: Sighting, rates: readonly RateChange[]): number {
  const packets = (FRAME_PREFIX_BYTES + sighting.bytes) / PACKET.pictureBytes;
  return packets * PACKET.bytes * 8 / (slowestRate(sighting, rates) * 1000);
}

/** The age that a picture may have, as the README says it with a window of 2, in milliseconds. */
function allowedAgeMs(sighting: Sighting, { rates, waited }: Run, computers: Computers): number {
  const { atMs, ageMs } = sighting;
  return (MAX_UNEVENNESS + 1) * linkMs(sighting, rates) + 1000 / FPS + computers.tookMs(sighting) +
    waited.waitedMs(atMs - ageMs, atMs);
}

/** C: what the two computers took themselves; where they are busy, other pictures tell. */
class Computers {
  readonly #fast: Run;
  readonly #time: MachineTime;

  constructor({ runs, time }: Outcome) {
    this.#fast = runs[0]!;
    this.#time = time;
  }

  /** The most for any picture over the fast link at the same time, and the machine's own pauses. */
  tookMs({ atMs, ageMs }: Sighting): number {
    const fromMs = atMs - ageMs;
    const { seen, rates } = this.#fast;
    const beside = seen.filter((other) => other.atMs > fromMs && other.atMs - other.ageMs < atMs);
    const took = beside.map((other) => other.ageMs - linkMs(other, rates));
    return Math.max(IDLE_COMPUTERS_MS, ...took) + this.#time.pausedMs(fromMs, atMs);
  }
}

/** What {@linkcode watch} needs besides a link. */
interface WatchOptions {
  /** The key of a private host; an open one has none. */
  readonly key: string | undefined;
  readonly rates: readonly number[];
  readonly host: Program;
  /** Called when the first picture has come. */
  readonly onLive: () => void;
}

async function watch(link: Link, { rates, host, key, onLive }: WatchOptions): Promise<Run> {
  await using sightings = new Sightings(FPS);
  await using guest = Program.start("guest", [
    `${link.hostAddress}:${await host.port()}`,
    ...["--no-window", "--output=-", `--duration=${SECONDS}`, "--stats=json"],
    ...key === undefined ? ["--open"] : [],
  ], {
    namespace: link.namespace,
    env: environment(key),
    onOutput: sightings.push,
  });
  await using waited = new CoreWait(guest.pid);
  const changes: RateChange[] = [{ sinceMs: -Infinity, megabitsPerSec: rates[0]! }];
  await guest.line(/^guest: live$/);
  onLive();
  for (const megabitsPerSec of rates.slice(1)) {
    await sightings.until(SECONDS / rates.length * changes.length * 1000);
    changes.push({ sinceMs: monotonicMicros() / 1000, megabitsPerSec });
    await link.setRate(megabitsPerSec);
  }
  assert.equal(await guest.ended, 0, guest.words.join("\n"));
  return {
    name: `${rates.join(" to ")} Mbit/s`,
    rates: changes,
    seen: await sightings.settled(),
    waited,
    claimedP50: guest.guestStats.flatMap(({ ageMsP50 }) => ageMsP50 === null ? [] : [ageMsP50]),
  };
}

/** What all guests saw, the one with the fastest link first. */
interface Outcome {
  readonly runs: readonly Run[];
  readonly time: MachineTime;
}

/** Gives a program its key. */
function environment(key: string | undefined): Record<string, string> {
  return key === undefined ? {} : { CAPTUREVIDEO_KEY: key };
}

async function watchAll(options: readonly string[], key?: string): Promise<Outcome> {
  await using stack = new AsyncDisposableStack();
  const time = stack.use(await MachineTime.take());
  const network = stack.use(await HostNetwork.create());
  const host = stack.use(Program.start("host", [
    ...["--source=test", `--width=${SIZE.width}`, `--height=${SIZE.height}`, `--fps=${FPS}`],
    ...[`--quality=${QUALITY}`, "--host=0.0.0.0", "--port=0", "--no-preview", ...options],
    ...key === undefined ? ["--open"] : [],
  ], { namespace: network.namespace, env: environment(key) }));
  const watching: Promise<Run>[] = [];
  for (const rates of RATES) {
    const link = await network.connect({ megabitsPerSec: rates[0]! });
    // One after another: what a program does in its first second would disturb the others.
    const live = Promise.withResolvers<void>();
    watching.push(watch(link, { rates, host, key, onLive: live.resolve }));
    await live.promise;
  }
  const allLiveAtMs = monotonicMicros() / 1000;
  // What the programs' starts have cost pictures on their way says nothing about the links.
  const runs = (await Promise.all(watching)).map((run) => ({
    ...run,
    seen: run.seen.filter(({ atMs, ageMs }) => atMs - ageMs > allLiveAtMs),
  }));
  const computers = new Computers({ runs, time });
  for (const run of runs) console.log(describe(run, computers));
  return { runs, time };
}

function rate(seen: readonly Sighting[]): number {
  return (seen.length - 1) / (seen.at(-1)!.atMs - seen[0]!.atMs) * 1000;
}

function settled({ seen }: Run): Sighting[] {
  return seen.filter(({ atMs }) => atMs - seen[0]!.atMs > SETTLED_AFTER_MS);
}

function describe(run: Run, computers: Computers): string {
  const ages = run.seen.map(({ ageMs }) => ageMs);
  const spare = run.seen.map((seen) => allowedAgeMs(seen, run, computers) - seen.ageMs);
  return `${run.name}: ${rate(settled(run)).toFixed(1)} pictures/s of ${
    (median(settled(run).map(({ bytes }) => bytes)) / 1000).toFixed(1)
  } kB, age ${median(ages).toFixed(0)} ms, at most ${Math.max(...ages).toFixed(0)}, ${
    Math.min(...spare).toFixed(0)
  } below the bound`;
}

function assertWithinBound(run: Run, computers: Computers): void {
  const { name, seen } = run;
  const late = seen.map((sighting) => ({
    ...sighting,
    byMs: sighting.ageMs - allowedAgeMs(sighting, run, computers),
  })).filter(({ byMs }) => byMs > 0);
  const words = late.map(({ byMs, ageMs, atMs }) =>
    `${byMs.toFixed()} ms late at ${ageMs.toFixed()} ms, after ${
      ((atMs - seen[0]!.atMs) / 1000).toFixed(1)
    } s`
  ).join("\n");
  const { onePictureIn, ms } = BUSY_COMPUTERS;
  assert.ok(
    late.length <= seen.length / onePictureIn && late.every(({ byMs }) => byMs < ms),
    `${late.length} of ${seen.length} pictures late at ${name}:\n${words}`,
  );
}

function assertNoGrowth({ name, seen }: Run): void {
  const third = Math.floor(seen.length / 3);
  const age = (part: readonly Sighting[]) => median(part.map(({ ageMs }) => ageMs));
  const growth = age(seen.slice(-third)) - age(seen.slice(0, third));
  // Pictures are taken at whole frame intervals, so a median may wander by less than one of them; a
  // queue that grows adds whole pictures.
  assert.ok(growth < 1000 / FPS, `pictures are ${growth} ms older in the end at ${name}`);
}

function assertHonest({ name, seen, claimedP50 }: Run): void {
  const claimed = median(claimedP50);
  const measured = median(seen.map(({ ageMs }) => ageMs));
  assert.ok(
    Math.abs(claimed - measured) <= 10,
    `the guest claims ${claimed} ms where ${measured} ms are measured, at ${name}`,
  );
}

function assertAll(outcome: Outcome): void {
  const computers = new Computers(outcome);
  // The pictures over the fast link tell what the computers took, and so nothing about the bound.
  for (const run of outcome.runs.slice(1)) assertWithinBound(run, computers);
  for (const run of outcome.runs) {
    assertHonest(run);
    if (run.rates.length === 1) assertNoGrowth(run);
  }
}

networkTest(
  "199 of 200 full pictures are within the bound, and none is late by 50 ms, at any rate of the link",
  async () => {
    const outcome = await watchAll(["--no-adapt"]);
    assertAll(outcome);
    for (const { seen } of outcome.runs) {
      assert.ok(seen.every(({ width }) => width === SIZE.width));
    }
    const [fast, , , slow] = outcome.runs;
    assert.ok(rate(fast!.seen) > 29.5, `${rate(fast!.seen)} pictures/s over the fast link`);
    assert.ok(rate(slow!.seen) < 7, `${rate(slow!.seen)} pictures/s over 4 Mbit/s`);
  },
);

networkTest(
  "the same holds inside TLS, whose records and buffers keep no pictures waiting",
  async () => {
    const outcome = await watchAll(["--no-adapt"], "7K2M-Q9XD-4RTV-H3WB");
    assertAll(outcome);
    const [fast] = outcome.runs;
    assert.ok(rate(fast!.seen) > 29.5, `${rate(fast!.seen)} pictures/s over the fast link`);
  },
);

networkTest(
  "with adaptation slow links carry more pictures, as much within the bound, and the guest with the " +
    "fast link notices nothing",
  async () => {
    const outcome = await watchAll([]);
    assertAll(outcome);
    const [fast, , , slow] = outcome.runs;
    assert.ok(rate(settled(slow!)) >= 15, `${rate(settled(slow!))} pictures/s over 4 Mbit/s`);
    assert.ok(rate(fast!.seen) > 29.5, `${rate(fast!.seen)} pictures/s over the fast link`);
    const sizes = fast!.seen.map(({ bytes }) => bytes);
    assert.ok(fast!.seen.every(({ width }) => width === SIZE.width));
    assert.ok(Math.min(...sizes) > 0.9 * median(sizes), "a picture of less quality");
  },
);
