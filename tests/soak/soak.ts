/**
 * `deno task soak [--minutes N | --hours N]`: a host, two guests that stay and one that comes and
 * goes, and a private host with a guest that stays, for ten minutes or as long as is said.
 *
 * Prints what they use, every ten seconds, and the machine's load: what else runs there makes
 * pictures late as well. It fails when descriptors, memory or the age of the pictures grow, when a
 * program ends by itself, and when the guest that comes sees nothing. Ends with
 * `N passed, N failed`; exit code 1 when any failed.
 * @module
 */

import { parseArgs } from "node:util";
import { deadline, pause } from "../../lib/flow/timing.ts";
import { ObservedProgram } from "./observed_program.ts";
import { findTrend, type TrendLimit } from "./trend.ts";
import { ReturningGuest } from "./returning_guest.ts";

const DEFAULT_MINUTES = 10;
/** Below this the values are too few to tell a trend from noise. */
const MIN_MINUTES = 1;

const SAMPLE_EVERY_MS = 1000;
/** So many samples are taken from one line to the next. */
const SAMPLES_PER_LINE = 10;

/** A host that does not listen within this time has failed, in milliseconds. */
const READY_LIMIT_MS = 30_000;

/** The private host's key, as it and its guest are given it. */
const KEY = { CAPTUREVIDEO_KEY: "7K2M-Q9XD-4RTV-H3WB" };

const DESCRIPTORS: TrendLimit = { statistic: "minimum" };
const MEGABYTES: TrendLimit = { statistic: "median", share: 0.1 };
const AGE_MS: TrendLimit = { statistic: "median", share: 0.2, plus: 5 };

if (import.meta.main) Deno.exitCode = await main();

async function main(): Promise<number> {
  const minutes = readMinutes();
  if (minutes === undefined) {
    console.error(`soak: expected --minutes N or --hours N, ${MIN_MINUTES} minute at least`);
    return 2;
  }
  let failed: number;
  let passed = 0;
  try {
    const faults = await soak(minutes);
    failed = faults.filter(Boolean).length;
    passed = faults.length - failed;
  } catch (error) {
    console.log(`failed: ${error instanceof Error ? error.message : error}`);
    failed = 1;
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

/** How long it is to take, if that is said in the right form. */
function readMinutes(): number | undefined {
  const options = { minutes: { type: "string" }, hours: { type: "string" } } as const;
  try {
    const { minutes, hours } = parseArgs({ args: Deno.args, options }).values;
    if (minutes !== undefined && hours !== undefined) return undefined;
    const requested = hours !== undefined ? Number(hours) * 60 : Number(minutes ?? DEFAULT_MINUTES);
    return Number.isFinite(requested) && requested >= MIN_MINUTES ? requested : undefined;
  } catch (error) {
    // What parseArgs() says of options it does not know.
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Runs everything, and says for each thing that must not be whether it was: true is a fault. */
async function soak(minutes: number): Promise<boolean[]> {
  await using stack = new AsyncDisposableStack();
  const programs: ObservedProgram[] = [];
  const start = (options: ConstructorParameters<typeof ObservedProgram>[0]) => {
    const program = stack.use(new ObservedProgram(options));
    programs.push(program);
    return program;
  };
  const startHost = async (name: string, args: readonly string[], env = {}) => {
    const { promise: listening, resolve } = Promise.withResolvers<string>();
    const host = start({
      ...{ name, task: "host", env },
      args: ["--source=test", "--port=0", "--no-preview", ...args],
      onLine(line) {
        const [, port] = /(?:listening on|guest) \S+:(\d+)$/.exec(line) ?? [];
        if (port !== undefined) resolve(`127.0.0.1:${port}`);
      },
    });
    return await deadline(Promise.race([listening, host.gone()]), {
      ms: READY_LIMIT_MS,
      error: () => new Error(`the ${name} was not ready within ${READY_LIMIT_MS / 1000} s`),
    });
  };
  const startGuest = (name: string, address: string, env = {}) =>
    start({ ...{ name, task: "guest", env }, args: [address, "--no-window", "--stats=json"] });
  const address = await startHost("host", []);
  startGuest("guest 1", address);
  startGuest("guest 2", address);
  // Many small pictures: what each of them leaves behind counts here, and not their size.
  const small = ["--width=320", "--height=240", "--fps=120", "--share", "--no-announce"];
  startGuest("private guest", await startHost("private host", small, KEY), KEY);

  const returning = new ReturningGuest();
  const end = new AbortController();
  const visiting = returning.run(address, end.signal);
  const anyGone = Promise.race([...programs.map((program) => program.gone()), visiting]);
  try {
    const watching = watch(programs, { samples: minutes * 60, returning, signal: end.signal });
    await Promise.race([watching, anyGone]);
  } finally {
    end.abort();
    await visiting;
  }
  console.log(`${returning.visits} visits of a guest that comes and goes`);
  return [returning.visits === 0, ...programs.flatMap(judge)];
}

/** Samples the programs once a second, and prints a line every ten. */
async function watch(
  programs: readonly ObservedProgram[],
  { samples, returning, signal }: {
    samples: number;
    returning: ReturningGuest;
    signal: AbortSignal;
  },
): Promise<void> {
  const startMs = performance.now();
  for (let count = 1; count <= samples && !signal.aborted; count++) {
    const dueMs = startMs + count * SAMPLE_EVERY_MS;
    await pause(Math.max(0, dueMs - performance.now()), signal);
    for (const program of programs) await program.sample();
    if (count % SAMPLES_PER_LINE !== 0) continue;
    const seconds = (performance.now() - startMs) / 1000;
    const all = programs.map((program) => program.describe()).join("; ");
    const load = Deno.loadavg()[0]!.toFixed(1);
    console.log(`${seconds.toFixed()} s: ${all}; ${returning.visits} visits; load ${load}`);
  }
}

/** Holds each series of a program against its limit; true: it grew. */
function judge({ name, descriptors, megabytes, ageMsP50 }: ObservedProgram): boolean[] {
  const faults = [
    grows(`${name}: descriptors`, descriptors, DESCRIPTORS),
    grows(`${name}: memory in MB`, megabytes, MEGABYTES),
  ];
  if (!name.endsWith("host")) faults.push(grows(`${name}: age p50 in ms`, ageMsP50, AGE_MS));
  return faults;
}

function grows(what: string, values: readonly number[], allowed: TrendLimit): boolean {
  const { first, last, limit, grows } = findTrend(values, allowed);
  const numbers = `${first.toFixed(1)} at first, ${last.toFixed(1)} at last`;
  console.log(`${grows ? "FAILED" : "ok"} ${what}: ${numbers}, ${limit.toFixed(1)} allowed`);
  return grows;
}
