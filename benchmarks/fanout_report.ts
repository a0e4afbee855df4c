/**
 * The fan-out benchmark's report: its shape in JSON, and the tables that are printed.
 *
 * @module
 */

import type { ReaderFigures } from "./fanout.ts";
import type { Machine } from "./support/machine.ts";
import { cell, table } from "./support/table.ts";

/** Who is measured with a number of guests. */
interface Servers<T> {
  /** The C server. */
  readonly limit: T;
  /** Our host with the test source, which it compresses. */
  readonly ours: T;
  /** Our host with a film whose JPEGs it passes on. */
  readonly film: T;
  /** Our host with the test source, inside TLS. */
  readonly tls: T;
}

/** All of them with a number of guests: medians over the runs, and the runs. */
export interface CountReport extends Servers<ReaderFigures> {
  readonly guests: number;
  readonly runs: Servers<ReaderFigures[]>;
}

/** Everything. */
export interface FanoutReport {
  readonly machine: Machine;
  readonly options: object;
  /** The size of a frame of our host, which the limit sends too. */
  readonly jpegBytes: number;
  readonly counts: readonly CountReport[];
  /** Good guests of our host beside bad ones, by what those do. */
  readonly beside: Readonly<Record<string, ReaderFigures>>;
}

/** Prints the tables. */
export function printFanout({ jpegBytes, counts, beside }: FanoutReport): void {
  console.log(`720p, 30 frames/s, ${cell(jpegBytes / 1000, 0)} kB a frame\n`);
  console.log(table([
    [
      ...["guests", "frames/s least", "median", "age p50 ms", "p99", "delay p50 ms", "p99"],
      ...["CPU %", "readers' %", "CPU ms/MB", "memory MB", "ended"],
    ],
    ...counts.flatMap(({ guests, ours, film, tls, limit }) => [
      row(`${guests}  ours`, ours),
      row(`${guests}  inside TLS`, tls),
      row(`${guests}  film`, film),
      row(`${guests}  limit`, limit),
    ]),
  ]));
  const [first] = counts;
  if (first && counts.length > 1) printGrowth(first, counts.slice(1));
  printBeside(beside);
}

function row(name: string, figures: ReaderFigures): string[] {
  return [
    name,
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
  ];
}

function cpuMsPerMegabyte({ serverCpuMs, megabytes }: ReaderFigures): number {
  return serverCpuMs / megabytes;
}

/**
 * The cost of each guest beyond those of the first row. Capturing and compressing are the same for
 * any number of guests, so this difference is what serving costs.
 */
function printGrowth(first: CountReport, others: readonly CountReport[]): void {
  const cost = (now: ReaderFigures, base: ReaderFigures) =>
    (now.serverCpuMs / now.seconds - base.serverCpuMs / base.seconds) /
    (now.megabytes / now.seconds - base.megabytes / base.seconds);
  console.log(`\nper guest beyond ${first.guests}: CPU ms per MB sent, memory per guest\n`);
  console.log(table([
    ["guests", "ours", "limit", "ratio", "ratio of the totals", "of the film's", "memory kB"],
    ...others.map(({ guests, ours, film, limit }) => [
      `${guests}`,
      cell(cost(ours, first.ours), 2),
      cell(cost(limit, first.limit), 2),
      cell(cost(ours, first.ours) / cost(limit, first.limit), 2),
      cell(cpuMsPerMegabyte(ours) / cpuMsPerMegabyte(limit), 2),
      cell(cpuMsPerMegabyte(film) / cpuMsPerMegabyte(limit), 2),
      cell(
        (ours.serverResidentBytes - first.ours.serverResidentBytes) / 1000 /
          (guests - first.guests),
        0,
      ),
    ]),
  ]));
}

function printBeside(beside: Readonly<Record<string, ReaderFigures>>): void {
  const names: Record<string, string> = {
    none: "nobody",
    stop: "one that stops reading",
    trickle: "ten that read a byte a second",
  };
  console.log("\ngood guests of ours beside\n");
  console.log(table([
    ["", "frames/s least", "median", "age p50 ms", "p99", "then stale frames", "oldest ms"],
    ...Object.entries(beside).map(([manner, figures]) => [
      names[manner] ?? manner,
      cell(figures.fpsLeast),
      cell(figures.fpsMedian),
      cell(figures.ageP50Ms),
      cell(figures.ageP99Ms),
      ...manner === "stop" ? [cell(figures.staleFrames, 0), cell(figures.staleOldestMs, 0)] : [],
    ]),
  ]));
}
