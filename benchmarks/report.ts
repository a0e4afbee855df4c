/**
 * The benchmark's report: its shape in JSON, and the tables that are printed.
 *
 * @module
 */

import type { CameraFigures, LimitFigures } from "./limits.ts";
import type { MemoryFigures, PassthroughFigures, WindowlessFigures } from "./own.ts";
import type { StreamFigures } from "./stream.ts";
import type { Machine } from "./support/machine.ts";
import { median } from "./support/statistics.ts";
import { cell, table } from "./support/table.ts";

/** One contender at one size. */
export interface StreamReport {
  readonly name: string;
  readonly label: string;
  readonly runs: readonly StreamFigures[];
  /** Figure by figure, the median over the runs. */
  readonly median: StreamFigures;
}

/** Everything at one size; medians over the runs where there is one value only. */
export interface SizeReport {
  readonly name: string;
  readonly limits: LimitFigures;
  readonly cameras: CameraFigures;
  readonly windowless?: WindowlessFigures;
  readonly streams: readonly StreamReport[];
}

/** What concerns our programs alone. */
export interface OwnReport {
  /** From the start of the host's process until it accepts a connection, in milliseconds. */
  readonly readinessMs: number;
  readonly passthrough: PassthroughFigures;
  readonly memory?: MemoryFigures;
}

/** Everything. */
export interface Report {
  readonly machine: Machine;
  readonly options: object;
  readonly sizes: readonly SizeReport[];
  readonly own?: OwnReport;
}

/** How many samples are taken for the beginning and for the end of the memory series. */
const MEMORY_EDGE_SAMPLES = 30;

/** Prints the tables. */
export function printReport({ machine, sizes, own }: Report): void {
  console.log(
    `${machine.processor}, ${machine.cores} cores, ${machine.memoryGib} GiB, ` +
      `Linux ${machine.kernel}, Deno ${machine.deno}, load before ${cell(machine.loadBefore, 2)}`,
  );
  for (const size of sizes) printSize(size);
  if (!own) return;
  console.log(`\nready to accept ${cell(own.readinessMs, 0)} ms after the start of the process`);
  printPassthrough(own.passthrough);
  if (own.memory) printMemory(own.memory);
}

function printPassthrough({ passedOnMs, encodedMs }: PassthroughFigures): void {
  const [passedOn, encoded] = [cell(passedOnMs, 2), cell(encodedMs, 2)];
  console.log(
    `\nJPEGs of the source itself at 720p, each in ms of the host's CPU time: passed on ${passedOn}, ` +
      `decoded and encoded ${encoded}; ratio ${cell(passedOnMs / encodedMs, 2)}`,
  );
}

function printSize(size: SizeReport): void {
  const kilobytes = cell(size.limits.jpegBytes / 1000, 0);
  console.log(`\n${size.name}, 30 frames/s, ${kilobytes} kB a frame; ages and CPU times in ms\n`);
  console.log(table([
    ["", "frames/s", "missed %", "damaged %", "hand-over p50", "p99", "displayed p50", "p99"]
      .concat("CPU sender", "receiver"),
    ...size.streams.map(({ label, median }) => [
      label,
      cell(median.shownFps),
      cell(median.missedShare * 100),
      cell(median.damagedShare * 100),
      cell(median.handOverP50Ms),
      cell(median.handOverP99Ms),
      cell(median.displayedP50Ms),
      cell(median.displayedP99Ms),
      cell(median.senderCpuMs, 2),
      cell(median.receiverCpuMs, 2),
    ]),
  ]));
  const ours = size.streams.find(({ name }) => name === "ours")?.median;
  if (ours) {
    console.log(
      `\nour guest itself says p50 ${cell(ours.claimedP50Ms)} ms, ` +
        `the observer of the screen ${cell(ours.displayedP50Ms)} ms`,
    );
  }
  printRatios(size);
  printCosts(size);
}

function printRatios({ streams }: SizeReport): void {
  const ours = streams.find(({ name }) => name === "ours")?.median;
  const others = streams.filter(({ name }) => name !== "ours");
  if (!ours || others.length === 0) return;
  const ratio = (ours: number, other: number) => cell(ours / other, 2);
  console.log("\nours divided by\n");
  console.log(table([
    ["", "hand-over p50", "p99", "displayed p50", "p99", "CPU sender", "receiver"],
    ...others.map(({ label, median }) => [
      label,
      ratio(ours.handOverP50Ms, median.handOverP50Ms),
      ratio(ours.handOverP99Ms, median.handOverP99Ms),
      ratio(ours.displayedP50Ms, median.displayedP50Ms),
      ratio(ours.displayedP99Ms, median.displayedP99Ms),
      ratio(ours.senderCpuMs, median.senderCpuMs),
      ratio(ours.receiverCpuMs, median.receiverCpuMs),
    ]),
  ]));
}

function printCosts({ limits, cameras, windowless }: SizeReport): void {
  console.log("\nCPU time per frame, in ms\n");
  const ratio = (ours: number | undefined, limit: number) => [
    cell(ours, 2),
    cell(ours === undefined ? undefined : ours / limit, 2),
  ];
  const { hostCpuMs, guestCpuMs } = windowless ?? {};
  const encodeCells = [cell(limits.encodePacedMs, 2), cell(limits.encodeBackToBackMs, 2)];
  const decodeCells = [cell(limits.decodePacedMs, 2), cell(limits.decodeBackToBackMs, 2)];
  console.log(table([
    ["", "TurboJPEG alone, paced", "back to back", "ours without a window", "ratio to paced"],
    ["compress", ...encodeCells, ...ratio(hostCpuMs, limits.encodePacedMs)],
    [
      "compress, the limit from luma and chroma",
      ...[cell(limits.encodePlanesPacedMs, 2), cell(undefined, 2)],
      ...ratio(hostCpuMs, limits.encodePlanesPacedMs),
    ],
    [
      "compress, camera subtracted",
      ...encodeCells,
      ...ratio(hostCpuMs && hostCpuMs - cameras.oursMs, limits.encodePacedMs),
    ],
    ["decompress", ...decodeCells, ...ratio(guestCpuMs, limits.decodePacedMs)],
  ]));
  console.log(
    `\nthe camera, contained in every sender: ours ${cell(cameras.oursMs, 2)} ms, ` +
      `the peers' ${cell(cameras.peersMs, 2)} ms`,
  );
}

function printMemory(memory: MemoryFigures): void {
  const megabytes = (bytes: number) => cell(bytes / 1e6, 0);
  const row = (name: string, series: readonly number[]) => [
    name,
    megabytes(median(series.slice(0, MEMORY_EDGE_SAMPLES))),
    megabytes(median(series.slice(-MEMORY_EDGE_SAMPLES))),
    megabytes(Math.max(...series)),
  ];
  console.log(`\nresident memory over ${memory.hostBytes.length} s, in MB\n`);
  console.log(table([
    ["", `first ${MEMORY_EDGE_SAMPLES} s`, `last ${MEMORY_EDGE_SAMPLES} s`, "most"],
    row("host", memory.hostBytes),
    row("guest with a window", memory.guestBytes),
  ]));
}
