/**
 * The fan-out benchmark's report: its shape in JSON, and the tables that are printed.
 *
 * @module
 */

import type { ReaderFigures } from "./fanout.ts";
import { SERVER_NAMES, SERVER_WORDS, type ServerName } from "./fanout_servers.ts";
import type { Machine } from "./support/machine.ts";
import { medians } from "./support/statistics.ts";
import { cell, table } from "./support/table.ts";

/** All servers that were measured with a number of guests. */
export interface CountReport {
  readonly guests: number;
  readonly runs: Partial<Readonly<Record<ServerName, readonly ReaderFigures[]>>>;
}

/** Good guests beside others: medians over the runs. */
export interface BesideReport {
  readonly server: ServerName;
  /** Who the others are. */
  readonly others: string;
  readonly figures: ReaderFigures;
}

/** Everything. */
export interface FanoutReport {
  readonly machine: Machine;
  readonly options: object;
  /** The size of a frame of our host, which the limit sends too. */
  readonly jpegBytes: number;
  readonly counts: readonly CountReport[];
  readonly beside: readonly BesideReport[];
}

/** Each server's medians with a number of guests. */
interface Medians {
  readonly guests: number;
  readonly of: ReadonlyMap<ServerName, ReaderFigures>;
}

/** Prints the tables. */
export function printFanout({ jpegBytes, counts, beside }: FanoutReport): void {
  const rows = counts.map(({ guests, runs }): Medians => {
    const measured = SERVER_NAMES.flatMap((name) =>
      runs[name] ? [[name, runs[name]] as const] : []
    );
    return { guests, of: new Map(measured.map(([name, figures]) => [name, medians(figures)])) };
  });
  console.log(`720p, 30 frames/s, ${cell(jpegBytes / 1000, 0)} kB a frame\n`);
  printAll(rows);
  printRatios(rows);
  const [first] = rows;
  if (first && rows.length > 1) printGrowth(first, rows.slice(1));
  printBeside(beside);
}

function printAll(rows: readonly Medians[]): void {
  console.log(table([
    [
      ...["guests", "frames/s least", "median", "age p50 ms", "p99", "delay p50 ms", "p99"],
      ...["CPU %", "readers' %", "CPU ms/MB", "memory MB", "ended"],
    ],
    ...rows.flatMap(({ guests, of }) =>
      Array.from(of, ([name, figures]) => [
        `${guests}  ${SERVER_WORDS[name]}`,
        cell(figures.fpsLeast),
        cell(figures.fpsMedian),
        cell(figures.ageP50Ms),
        cell(figures.ageP99Ms),
        cell(figures.delayP50Ms),
        cell(figures.delayP99Ms),
        cell(figures.serverCpuMs / figures.seconds / 10),
        cell(figures.readerCpuMs / figures.seconds / 10),
        cell(cpuMsPerMegabyte(figures), 2),
        cell(figures.serverResidentBytes / 1e6, 0),
        cell(figures.ended, 0),
      ])
    ),
  ]));
}

function cpuMsPerMegabyte({ serverCpuMs, megabytes }: ReaderFigures): number {
  return serverCpuMs / megabytes;
}

/** All that serving costs, by door, beside the C server's. */
function printRatios(rows: readonly Medians[]): void {
  const names = SERVER_NAMES.filter((name) => name !== "limit" && rows[0]?.of.has(name));
  if (!rows[0]?.of.has("limit") || names.length === 0) return;
  console.log("\nCPU ms per MB sent, divided by the limit's\n");
  console.log(table([
    ["guests", ...names.map((name) => SERVER_WORDS[name])],
    ...rows.map(({ guests, of }) => [
      `${guests}`,
      ...names.map((name) =>
        cell(cpuMsPerMegabyte(of.get(name)!) / cpuMsPerMegabyte(of.get("limit")!), 2)
      ),
    ]),
  ]));
}

/**
 * The cost of each guest beyond those of the first row. Capturing and compressing are the same for
 * any number of guests, so this difference is what serving costs.
 */
function printGrowth(first: Medians, others: readonly Medians[]): void {
  const cost = (now: ReaderFigures, base: ReaderFigures) =>
    (now.serverCpuMs / now.seconds - base.serverCpuMs / base.seconds) /
    (now.megabytes / now.seconds - base.megabytes / base.seconds);
  const limit = (guests: Medians) => guests.of.get("limit");
  console.log(`\nper guest beyond ${first.guests}: CPU ms per MB sent, memory per guest\n`);
  console.log(table([
    ["guests", "CPU ms/MB", "by the limit's", "memory kB"],
    ...others.flatMap((row) =>
      Array.from(row.of, ([name, now]) => {
        const base = first.of.get(name)!;
        const [least, leastBase] = [limit(row), limit(first)];
        const ratio = least && leastBase && cost(now, base) / cost(least, leastBase);
        const memory = (now.serverResidentBytes - base.serverResidentBytes) / 1000;
        return [
          `${row.guests}  ${SERVER_WORDS[name]}`,
          cell(cost(now, base), 2),
          cell(ratio, 2),
          cell(memory / (row.guests - first.guests), 0),
        ];
      })
    ),
  ]));
}

function printBeside(beside: readonly BesideReport[]): void {
  if (beside.length === 0) return;
  console.log("\ngood guests beside others\n");
  console.log(table([
    [
      ...["", "frames/s least", "median", "age p50 ms", "p99", "memory MB", "grew MB"],
      ...["then stale frames", "oldest ms"],
    ],
    ...beside.map(({ server, others, figures }) => [
      `${SERVER_WORDS[server]}, beside ${others}`,
      cell(figures.fpsLeast),
      cell(figures.fpsMedian),
      cell(figures.ageP50Ms),
      cell(figures.ageP99Ms),
      cell(figures.serverResidentBytes / 1e6, 0),
      cell(figures.serverGrowthBytes / 1e6, 1),
      cell(figures.staleFrames, 0),
      cell(figures.staleOldestMs, 0),
    ]),
  ]));
}
