/**
 * The fan-out benchmark: one host and up to 500 guests, beside a C server as the limit.
 *
 * `deno task bench:fanout` prints tables and writes JSON into benchmarks/results/. What is measured
 * and how stands in benchmarks/README.md.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { type CountReport, type FanoutReport, printFanout } from "./fanout_report.ts";
import { countIn, optionsOrExit } from "./support/arguments.ts";
import { writeFilm } from "./support/film_file.ts";
import { describeMachine } from "./support/machine.ts";
import { buildTool } from "./support/native_tools.ts";
import { freePort, hostCommand, PRIVATE } from "./support/own_programs.ts";
import { writePattern } from "./support/pattern_file.ts";
import { Program } from "./support/program.ts";
import { writeResults } from "./support/report_file.ts";
import { medians } from "./support/statistics.ts";
import { accepts, waitFor } from "./support/wait.ts";

const USAGE = `Usage: deno task bench:fanout [options]

  --quick          a few seconds each, one run, 1 to 50 guests: to see that it works
  --guests LIST    numbers of guests (default: 1,10,50,100,200,500)
  --runs N         the table has medians of so many runs (default: 3)
  --seconds N      length of one measurement (default: 10)
  -h, --help       this`;

const SCENE = { width: 1280, height: 720, fps: 30, quality: 80 };

/** How many good guests are beside the bad ones. */
const GUESTS_BESIDE_BAD = 50;
const WARM_UP_SECONDS = 2;
const BAD_MANNERS = { none: [], stop: ["stop", "1"], trickle: ["trickle", "10"] } as const;

/** What the reader prints: see fanout_reader.c. Every value is a number. */
export interface ReaderFigures {
  readonly guests: number;
  readonly seconds: number;
  readonly frames: number;
  readonly megabytes: number;
  /** Delivered frames a second of the guest with the fewest, and of the one in the middle. */
  readonly fpsLeast: number;
  readonly fpsMedian: number;
  /** From the capture time in the frame until it is there whole. */
  readonly ageP50Ms: number;
  readonly ageP99Ms: number;
  /** From the first guest that had a frame to each other one: fan-out alone, without the camera. */
  readonly delayP50Ms: number;
  readonly delayP99Ms: number;
  readonly serverCpuMs: number;
  /** What the guests themselves took of the machine. */
  readonly readerCpuMs: number;
  readonly serverResidentBytes: number;
  /** Connections that the server ended. */
  readonly ended: number;
  /** What a guest that stopped reading got when it went on: frames older than 0.5 s. */
  readonly staleFrames: number;
  readonly staleOldestMs: number;
}

interface FanoutOptions {
  readonly counts: readonly number[];
  readonly runs: number;
  readonly seconds: number;
}

/** Who serves: our host with some source, or the C program that stands for the least it can cost. */
type Server = (port: number) => readonly string[];

function readOptions(): FanoutOptions | undefined {
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      guests: { type: "string" },
      runs: { type: "string" },
      seconds: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return undefined;
  const { quick } = values;
  const guests = values.guests ?? (quick ? "1,10,50" : "1,10,50,100,200,500");
  return {
    counts: guests.split(",").map((text) => countIn(text, 1)),
    runs: countIn(values.runs ?? (quick ? "1" : "3"), 1),
    seconds: countIn(values.seconds ?? (quick ? "3" : "10"), 1),
  };
}

async function run(options: FanoutOptions): Promise<FanoutReport> {
  const machine = describeMachine();
  const readerPath = await buildTool("fanout_reader");
  const limitPath = await buildTool("fanout_server");
  const most = Math.max(GUESTS_BESIDE_BAD, ...options.counts) + 100;
  const measure = async (
    server: Server,
    guests: number,
    { manner = [], env = {} }: { manner?: readonly string[]; env?: typeof PRIVATE } = {},
  ) => {
    const port = freePort();
    await using program = Program.start(server(port), { env });
    await waitFor("the server", () => accepts(port));
    await using reader = Program.start([
      ...[readerPath, `${port}`, `${program.pid}`, `${guests}`],
      ...[`${WARM_UP_SECONDS}`, `${options.seconds}`, ...manner],
    ], { env });
    return JSON.parse(await reader.output()) as ReaderFigures;
  };
  const host = (source?: readonly string[]): Server => (port) => [
    ...hostCommand({ ...SCENE, port }, source),
    ...["--max-guests", `${most}`, "--max-per-address", `${most}`],
  ];
  const ours = host();
  const picturePath = await writePattern(SCENE, SCENE.fps);
  const film = host(["--source", await writeFilm({ ...SCENE, picturePath }), "--loop"]);

  const inTls: Server = (port) => [...ours(port), "--share"];

  progress("the size of a frame");
  const { megabytes, frames } = await measure(ours, 1);
  const jpegBytes = Math.round(megabytes * 1e6 / frames);
  const limit: Server = (port) => [limitPath, `${port}`, `${jpegBytes}`, `${SCENE.fps}`];

  const counts: CountReport[] = [];
  for (const guests of options.counts) {
    const runs: CountReport["runs"] = { limit: [], ours: [], film: [], tls: [] };
    for (let round = 0; round < options.runs; round++) {
      progress(`${guests} guests, run ${round + 1}`);
      runs.limit.push(await measure(limit, guests));
      runs.ours.push(await measure(ours, guests));
      runs.film.push(await measure(film, guests));
      runs.tls.push(await measure(inTls, guests, { env: PRIVATE }));
    }
    counts.push({
      guests,
      runs,
      limit: medians(runs.limit),
      ours: medians(runs.ours),
      film: medians(runs.film),
      tls: medians(runs.tls),
    });
  }

  const beside: Record<string, ReaderFigures> = {};
  for (const [manner, words] of Object.entries(BAD_MANNERS)) {
    progress(`${GUESTS_BESIDE_BAD} guests beside bad ones: ${manner}`);
    const runs: ReaderFigures[] = [];
    for (let round = 0; round < options.runs; round++) {
      runs.push(await measure(ours, GUESTS_BESIDE_BAD, { manner: words }));
    }
    beside[manner] = medians(runs);
  }
  return { machine, options, jpegBytes, counts, beside };
}

function progress(text: string): void {
  console.error(`measuring ${text}`);
}

if (import.meta.main) {
  const report = await run(optionsOrExit(USAGE, readOptions));
  printFanout(report);
  console.log(`\nwritten to ${await writeResults("fanout", report)}`);
}
