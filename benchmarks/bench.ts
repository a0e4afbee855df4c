/**
 * The benchmark: our host and guest beside other ways of carrying a camera's picture, in one run.
 *
 * `deno task bench` prints tables and writes JSON into benchmarks/results/. What is measured, how,
 * and how to read it stands in benchmarks/README.md.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { type Contender, CONTENDERS, type Scene } from "./contenders.ts";
import { measureCameras, measureLimits } from "./limits.ts";
import {
  type Duration,
  measureMemory,
  measurePassthrough,
  measureReadiness,
  measureWindowless,
  type PassthroughFigures,
} from "./own.ts";
import { type OwnReport, printReport, type Report, type SizeReport } from "./report.ts";
import { measureStream, type StreamFigures, type StreamOptions } from "./stream.ts";
import { countIn, namesIn, optionsOrExit } from "./support/arguments.ts";
import { describeMachine } from "./support/machine.ts";
import { buildTool } from "./support/native_tools.ts";
import { freePort } from "./support/own_programs.ts";
import { type Size, writePattern } from "./support/pattern_file.ts";
import { writeResults } from "./support/report_file.ts";
import { Screen } from "./support/screen.ts";
import { median, medians } from "./support/statistics.ts";

const USAGE = `Usage: deno task bench [options]

  --quick               a few seconds each, one run, 720p: to see that it works, not for figures
  --sizes LIST          of 480p, 720p, 1080p (default: all)
  --contenders LIST     of ${CONTENDERS.map(({ name }) => name).join(", ")} (default: all)
  --runs N              the table has medians of so many runs (default: 3)
  --seconds N           length of one measurement (default: 20)
  --memory-seconds N    length of the watch over memory, 0 for none (default: 600)
  -h, --help            this`;

const SIZES: Readonly<Record<string, Size>> = {
  "480p": { width: 640, height: 480 },
  "720p": { width: 1280, height: 720 },
  "1080p": { width: 1920, height: 1080 },
};

const FPS = 30;
const QUALITY = 80;

/** The tutorial's queues take some seconds to fill. */
const WARM_UP_MS = 6000;
const QUICK_WARM_UP_MS = 2000;
/** At 30 frames a second, V8 has compiled most of what runs for each of them by then. */
const SETTLED_MS = 20_000;

interface BenchOptions {
  readonly sizes: readonly string[];
  readonly contenders: readonly Contender[];
  readonly runs: number;
  readonly warmUpMs: number;
  /** The same before the CPU time of our own programs alone is taken. */
  readonly settledMs: number;
  readonly measureMs: number;
  readonly memorySeconds: number;
}

function readOptions(): BenchOptions | undefined {
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      sizes: { type: "string" },
      contenders: { type: "string" },
      runs: { type: "string" },
      seconds: { type: "string" },
      "memory-seconds": { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return undefined;
  const { quick } = values;
  const labels = CONTENDERS.map(({ name }) => name);
  const names = namesIn(values.contenders ?? labels.join(), labels);
  const sizes = values.sizes ?? (quick ? "720p" : Object.keys(SIZES).join());
  return {
    sizes: namesIn(sizes, Object.keys(SIZES)),
    contenders: CONTENDERS.filter(({ name }) => names.includes(name)),
    runs: countIn(values.runs ?? (quick ? "1" : "3"), 1),
    warmUpMs: quick ? QUICK_WARM_UP_MS : WARM_UP_MS,
    settledMs: quick ? QUICK_WARM_UP_MS : SETTLED_MS,
    measureMs: countIn(values.seconds ?? (quick ? "4" : "20"), 1) * 1000,
    memorySeconds: countIn(values["memory-seconds"] ?? (quick ? "5" : "600"), 0),
  };
}

async function run(options: BenchOptions): Promise<Report> {
  const machine = describeMachine();
  await using senderScreen = await Screen.open();
  await using receiverScreen = await Screen.open();
  const streamOptions: StreamOptions = {
    ...options,
    senderScreen,
    receiverScreen,
    probePath: await buildTool("imshow_probe"),
    observerPath: await buildTool("screen_observer"),
  };
  const sizes: SizeReport[] = [];
  for (const size of options.sizes) sizes.push(await measureSize(size, options, streamOptions));

  return {
    machine,
    options: { ...options, contenders: options.contenders.map(({ name }) => name) },
    sizes,
    ...includesOurs(options) ? { own: await measureOwn(options, receiverScreen) } : {},
  };
}

function includesOurs({ contenders }: BenchOptions): boolean {
  return contenders.some(({ name }) => name === "ours");
}

/** How long our own programs run alone: first until they have settled. */
function settled({ settledMs, measureMs }: BenchOptions): Duration {
  return { warmUpMs: settledMs, measureMs };
}

/** What concerns our programs alone, at 720p. */
async function measureOwn(options: BenchOptions, screen: Screen): Promise<OwnReport> {
  const scene = await sceneOf("720p");
  const readiness: number[] = [];
  const passthroughs: PassthroughFigures[] = [];
  for (let round = 0; round < options.runs; round++) {
    progress(`readiness and passthrough, run ${round + 1}`);
    readiness.push(await measureReadiness({ ...scene, port: freePort() }));
    passthroughs.push(await measurePassthrough(scene, settled(options)));
  }
  const report = { readinessMs: median(readiness), passthrough: medians(passthroughs) };
  const seconds = options.memorySeconds;
  if (!seconds) return report;
  progress(`memory, ${seconds} s`);
  return { ...report, memory: await measureMemory(scene, { screen, seconds }) };
}

/** Everything about one size. The contenders take turns, so that a disturbance spreads evenly. */
async function measureSize(
  name: string,
  options: BenchOptions,
  streamOptions: StreamOptions,
): Promise<SizeReport> {
  const scene = await sceneOf(name);
  const toolPath = await buildTool("turbojpeg_limit");
  const limits = [], cameras = [], windowless = [];
  const streams = new Map<Contender, StreamFigures[]>(
    options.contenders.map((contender) => [contender, []]),
  );
  for (let round = 0; round < options.runs; round++) {
    progress(`${name}, run ${round + 1}: TurboJPEG alone, the cameras`);
    limits.push(await measureLimits(scene, { ...options, toolPath }));
    cameras.push(await measureCameras(scene, options.measureMs));
    if (includesOurs(options)) {
      progress(`${name}, run ${round + 1}: ours without a window`);
      windowless.push(await measureWindowless({ ...scene, port: freePort() }, settled(options)));
    }
    for (const [contender, runs] of streams) {
      progress(`${name}, run ${round + 1}: ${contender.label}`);
      const pair = { contender, scene: { ...scene, port: freePort() } };
      runs.push(await measureStream(pair, streamOptions));
    }
  }
  return {
    name,
    limits: medians(limits),
    cameras: medians(cameras),
    ...windowless.length ? { windowless: medians(windowless) } : {},
    streams: Array.from(streams, ([contender, runs]) => ({
      name: contender.name,
      label: contender.label,
      runs,
      median: medians(runs),
    })),
  };
}

async function sceneOf(size: string): Promise<Scene> {
  const { width, height } = SIZES[size]!;
  const picturePath = await writePattern({ width, height }, FPS);
  return { width, height, picturePath, fps: FPS, quality: QUALITY, port: freePort() };
}

function progress(text: string): void {
  console.error(`measuring ${text}`);
}

if (import.meta.main) {
  const report = await run(optionsOrExit(USAGE, readOptions));
  printReport(report);
  console.log(`\nwritten to ${await writeResults("bench", report)}`);
}
