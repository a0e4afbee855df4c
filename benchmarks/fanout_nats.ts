/**
 * Guests by a NATS server beside guests of the host itself, in one run: `bench:fanout --nats`.
 *
 * @module
 */

import type { Door, FromReaders, ToReaders } from "./support/channel_worker.ts";
import { describeMachine, type Machine } from "./support/machine.ts";
import { freePort, hostCommand } from "./support/own_programs.ts";
import { readProc } from "./support/proc.ts";
import { Program } from "./support/program.ts";
import { medians, percentile } from "./support/statistics.ts";
import { cell, table } from "./support/table.ts";
import { accepts, passTime, waitFor } from "./support/wait.ts";

/** What the host is called where it publishes. */
const HOST_NAME = "bench";
/** So many guests share a thread: more would wait for each other more than for the server. */
const GUESTS_A_THREAD = 50;
const WARM_UP_MS = 2000;
/** `CLK_TCK`: /proc counts CPU time in hundredths of a second on every Linux. */
const TICK_MS = 10;

/** What is measured, and how often. */
export interface NatsFanoutOptions {
  readonly counts: readonly number[];
  readonly runs: number;
  readonly seconds: number;
}

/** Pictures and their source, as the other fan-out has them. */
interface Source {
  readonly scene: { width: number; height: number; fps: number; quality: number };
  /** A film: compressing costs nothing then. */
  readonly filmPath: string;
}

/** One measurement. Every value is a number. */
export interface DoorFigures {
  readonly megabytes: number;
  /** Pictures a second of the guest with the fewest, and of the one in the middle. */
  readonly fpsLeast: number;
  readonly fpsMedian: number;
  readonly ageP50Ms: number;
  readonly ageP99Ms: number;
  /** CPU time for each megabyte that reached a guest, in milliseconds. */
  readonly hostCpuPerMb: number;
  readonly serverCpuPerMb: number;
  readonly readersCpuPerMb: number;
  /** All three together, in percent of a core. */
  readonly cpuPercent: number;
}

/** Everything. */
export interface NatsFanoutReport {
  readonly machine: Machine;
  readonly options: NatsFanoutOptions;
  readonly rows: readonly { guests: number; door: Door; figures: DoorFigures }[];
}

/** Measures both doors with each number of guests; they take turns. */
export async function measureNats(
  options: NatsFanoutOptions,
  source: Source,
): Promise<NatsFanoutReport> {
  const rows: { guests: number; door: Door; figures: DoorFigures }[] = [];
  for (const guests of options.counts) {
    const runs: Record<Door, DoorFigures[]> = { direct: [], nats: [] };
    for (let round = 0; round < options.runs; round++) {
      for (const door of ["direct", "nats"] as const) {
        console.error(`measuring ${guests} guests, ${door}, run ${round + 1}`);
        runs[door].push(await measure({ door, guests, seconds: options.seconds, ...source }));
      }
    }
    for (const door of ["direct", "nats"] as const) {
      rows.push({ guests, door, figures: medians(runs[door]) });
    }
  }
  return { machine: describeMachine(), options, rows };
}

/** Prints the table. */
export function printNats({ rows }: NatsFanoutReport): void {
  console.log(table([
    [
      ...["guests", "frames/s least", "median", "age p50 ms", "p99"],
      ...["CPU ms/MB: host", "server", "readers", "CPU % in all"],
    ],
    ...rows.map(({ guests, door, figures }) => [
      `${guests}  ${door === "nats" ? "by NATS" : "direct"}`,
      cell(figures.fpsLeast),
      cell(figures.fpsMedian),
      cell(figures.ageP50Ms),
      cell(figures.ageP99Ms),
      cell(figures.hostCpuPerMb, 2),
      door === "nats" ? cell(figures.serverCpuPerMb, 2) : "",
      cell(figures.readersCpuPerMb, 2),
      cell(figures.cpuPercent, 0),
    ]),
  ]));
}

async function measure(
  { door, guests, seconds, scene, filmPath }: Source & {
    door: Door;
    guests: number;
    seconds: number;
  },
): Promise<DoorFigures> {
  await using stack = new AsyncDisposableStack();
  const [hostPort, natsPort] = [freePort(), freePort()];
  const server = stack.use(
    Program.start(["/usr/sbin/nats-server", "-a", "127.0.0.1", "-p", `${natsPort}`]),
  );
  await waitFor("the NATS server", () => accepts(natsPort));
  const host = stack.use(Program.start([
    ...hostCommand({ ...scene, port: hostPort }, ["--source", filmPath, "--loop"]),
    ...["--max-guests", `${guests + 1}`, "--max-per-address", `${guests + 1}`],
    // Full pictures, however busy the machine is with them.
    ...["--nats", `nats://127.0.0.1:${natsPort}`, "--name", HOST_NAME, "--no-adapt"],
  ]));
  await waitFor("the host", () => accepts(hostPort));
  const port = door === "nats" ? natsPort : hostPort;
  const threads = threadsFor(guests).map((count) => stack.use(new Readers(door, port, count)));
  await Promise.all(threads.map((thread) => thread.ready));
  await passTime(WARM_UP_MS);
  const startedAt = { host: host.cpuMs(), server: server.cpuMs(), readers: ownCpuMs() };
  for (const thread of threads) thread.count();
  await passTime(seconds * 1000);
  const counted = await Promise.all(threads.map((thread) => thread.end()));
  const megabytes = counted.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6;
  const rates = counted.flatMap(({ pictures }) => pictures.map((count) => count / seconds));
  const agesMs = counted.flatMap(({ agesMs }) => agesMs);
  const hostMs = host.cpuMs() - startedAt.host;
  const serverMs = server.cpuMs() - startedAt.server;
  const readersMs = ownCpuMs() - startedAt.readers;
  return {
    megabytes,
    fpsLeast: Math.min(...rates),
    fpsMedian: percentile(rates, 0.5),
    ageP50Ms: percentile(agesMs, 0.5),
    ageP99Ms: percentile(agesMs, 0.99),
    hostCpuPerMb: hostMs / megabytes,
    serverCpuPerMb: serverMs / megabytes,
    readersCpuPerMb: readersMs / megabytes,
    cpuPercent: (hostMs + serverMs + readersMs) / seconds / 10,
  };
}

/** How many guests each thread has. */
function threadsFor(guests: number): number[] {
  const full = Array(Math.floor(guests / GUESTS_A_THREAD)).fill(GUESTS_A_THREAD);
  const rest = guests % GUESTS_A_THREAD;
  return rest === 0 ? full : [...full, rest];
}

function ownCpuMs(): number {
  const stat = readProc(`${Deno.pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** Guests on a thread of their own. */
class Readers implements Disposable {
  readonly #worker = new Worker(import.meta.resolve("./support/channel_worker.ts"), {
    type: "module",
  });
  readonly #ready = Promise.withResolvers<void>();
  readonly #counted = Promise.withResolvers<Extract<FromReaders, { kind: "counted" }>>();

  constructor(door: Door, port: number, guests: number) {
    this.#worker.onmessage = ({ data }: MessageEvent<FromReaders>) => {
      if (data.kind === "ready") this.#ready.resolve();
      else this.#counted.resolve(data);
    };
    this.#send({ kind: "begin", door, port, name: HOST_NAME, guests });
  }

  /** Resolves when each has had a picture. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  count(): void {
    this.#send({ kind: "count" });
  }

  end() {
    this.#send({ kind: "end" });
    return this.#counted.promise;
  }

  [Symbol.dispose](): void {
    this.#worker.terminate();
  }

  #send(message: ToReaders): void {
    this.#worker.postMessage(message);
  }
}
