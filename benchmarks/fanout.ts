/**
 * The fan-out benchmark: one host and up to 500 guests by each of its doors, beside a C server as
 * the limit.
 *
 * `deno task bench:fanout` prints tables and writes JSON into benchmarks/results/. What is measured
 * and how stands in benchmarks/README.md.
 *
 * @module
 */

import { parseArgs } from "node:util";
import {
  type BesideReport,
  type CountReport,
  type FanoutReport,
  printFanout,
} from "./fanout_report.ts";
import { measureNats, printNats } from "./fanout_nats.ts";
import {
  type Server,
  SERVER_NAMES,
  SERVER_WORDS,
  type ServerName,
  serversFor,
} from "./fanout_servers.ts";
import { countIn, namesIn, optionsOrExit } from "./support/arguments.ts";
import { writeFilm } from "./support/film_file.ts";
import { describeMachine } from "./support/machine.ts";
import { buildTool } from "./support/native_tools.ts";
import { freePort } from "./support/own_programs.ts";
import { writePattern } from "./support/pattern_file.ts";
import { Program } from "./support/program.ts";
import { writeResults } from "./support/report_file.ts";
import { medians } from "./support/statistics.ts";
import { accepts, waitFor } from "./support/wait.ts";

const USAGE = `Usage: deno task bench:fanout [options]

  --quick          a few seconds each, one run, 1 and 50 guests: to see that it works
  --servers LIST   who is measured (default: all, ${SERVER_NAMES.join(",")})
  --guests LIST    numbers of guests (default: 1,10,50,100,200,500)
  --runs N         the table has medians of so many runs (default: 3)
  --seconds N      length of one measurement (default: 5)
  --nats           instead: guests by a NATS server beside guests of the host itself; 1,10,50,200
  -h, --help       this`;

const SCENE = { width: 1280, height: 720, fps: 30, quality: 80 };

/** Smaller, as readers, a server and a host are to find room on one machine with 200 readers. */
const NATS_SCENE = { ...SCENE, width: 640, height: 360 };

/** How many good guests are beside the bad ones. */
const GUESTS_BESIDE_BAD = 50;
const WARM_UP_SECONDS = 2;

/** What is beside good guests, and what fanout_reader.c is told of it. */
const BAD_MANNERS: Readonly<Record<string, readonly string[]>> = {
  "nobody": [],
  "a hundred that stop reading": ["stop", "100"],
  "ten that read a byte a second": ["trickle", "10"],
};

/** Whose guests have bad ones beside them: one server by each door. */
const TRIED: readonly ServerName[] = ["ours", "pages", "streams"];

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
  /** How much that grew during the measurement. */
  readonly serverGrowthBytes: number;
  /** Connections that the server ended. */
  readonly ended: number;
  /** What a guest that stopped reading got when it went on: frames older than 0.5 s. */
  readonly staleFrames: number;
  readonly staleOldestMs: number;
}

interface FanoutOptions {
  readonly servers: readonly ServerName[];
  readonly counts: readonly number[];
  readonly runs: number;
  readonly seconds: number;
  /** Whether a NATS server is measured instead. */
  readonly nats: boolean;
}

function readOptions(): FanoutOptions | undefined {
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      servers: { type: "string", default: SERVER_NAMES.join(",") },
      guests: { type: "string" },
      runs: { type: "string" },
      seconds: { type: "string" },
      nats: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return undefined;
  const { quick, nats } = values;
  const guests = values.guests ??
    (quick ? "1,50" : nats ? "1,10,50,200" : "1,10,50,100,200,500");
  const wanted = namesIn(values.servers, SERVER_NAMES);
  return {
    servers: SERVER_NAMES.filter((name) => wanted.includes(name)),
    counts: guests.split(",").map((text) => countIn(text, 1)),
    runs: countIn(values.runs ?? (quick ? "1" : "3"), 1),
    seconds: countIn(values.seconds ?? (quick ? "3" : "5"), 1),
    nats,
  };
}

/** Measures a server with so many good guests, and bad ones beside them. */
type Measure = (
  server: Server,
  guests: number,
  manner?: readonly string[],
) => Promise<ReaderFigures>;

/** All servers, by name. */
type Servers = ReturnType<typeof serversFor>;

async function run(options: FanoutOptions): Promise<FanoutReport> {
  const machine = describeMachine();
  const measure = measureBy(await buildTool("fanout_reader"), options.seconds);
  const limitPath = await buildTool("fanout_server");
  const picturePath = await writePattern(SCENE, SCENE.fps);
  const filmPath = await writeFilm({ ...SCENE, picturePath });
  const bad = Object.values(BAD_MANNERS).map(([, count]) => Number(count ?? 0));
  const most = Math.max(GUESTS_BESIDE_BAD, ...options.counts) + Math.max(...bad);
  const serversOf = (jpegBytes: number) =>
    serversFor({ scene: SCENE, filmPath, limitPath, jpegBytes, most });

  progress("the size of a frame");
  const { megabytes, frames } = await measure(serversOf(0).ours, 1);
  const jpegBytes = Math.round(megabytes * 1e6 / frames);
  const servers = serversOf(jpegBytes);
  const counts = await measureCounts(servers, measure, options);
  const beside = await measureBeside(servers, measure, options);
  return { machine, options, jpegBytes, counts, beside };
}

function measureBy(readerPath: string, seconds: number): Measure {
  return async ({ command, door, env = {} }, guests, manner = []) => {
    const port = freePort();
    await using program = Program.start(command(port), { env });
    await waitFor("the server", () => accepts(port));
    await using reader = Program.start([
      ...[readerPath, door, `${port}`, `${program.pid}`, `${guests}`],
      ...[`${WARM_UP_SECONDS}`, `${seconds}`, ...manner],
    ], { env });
    return JSON.parse(await reader.output()) as ReaderFigures;
  };
}

/** All servers with each number of guests. They take turns: a disturbance does not hit one alone. */
async function measureCounts(
  servers: Servers,
  measure: Measure,
  options: FanoutOptions,
): Promise<CountReport[]> {
  const counts: CountReport[] = [];
  for (const guests of options.counts) {
    const runs = new Map<ServerName, ReaderFigures[]>(options.servers.map((name) => [name, []]));
    for (let round = 0; round < options.runs; round++) {
      for (const [name, figures] of runs) {
        progress(`${guests} guests, ${SERVER_WORDS[name]}, run ${round + 1}`);
        figures.push(await measure(servers[name], guests));
      }
    }
    counts.push({ guests, runs: Object.fromEntries(runs) });
  }
  return counts;
}

async function measureBeside(
  servers: Servers,
  measure: Measure,
  options: FanoutOptions,
): Promise<BesideReport[]> {
  const beside: BesideReport[] = [];
  for (const server of TRIED.filter((name) => options.servers.includes(name))) {
    for (const [others, manner] of Object.entries(BAD_MANNERS)) {
      const runs: ReaderFigures[] = [];
      for (let round = 0; round < options.runs; round++) {
        progress(`${SERVER_WORDS[server]}, beside ${others}, run ${round + 1}`);
        runs.push(await measure(servers[server], GUESTS_BESIDE_BAD, manner));
      }
      beside.push({ server, others, figures: medians(runs) });
    }
  }
  return beside;
}

function progress(text: string): void {
  console.error(`measuring ${text}`);
}

async function main(options: FanoutOptions): Promise<void> {
  if (options.nats) {
    const picturePath = await writePattern(NATS_SCENE, NATS_SCENE.fps);
    const filmPath = await writeFilm({ ...NATS_SCENE, picturePath });
    const report = await measureNats(options, { scene: NATS_SCENE, filmPath });
    printNats(report);
    console.log(`\nwritten to ${await writeResults("fanout-nats", report)}`);
    return;
  }
  const report = await run(options);
  printFanout(report);
  console.log(`\nwritten to ${await writeResults("fanout", report)}`);
}

if (import.meta.main) await main(optionsOrExit(USAGE, readOptions));
