/**
 * What the numbers were measured on.
 *
 * @module
 */

import { readProc } from "./proc.ts";

/** The machine, as far as it matters to a number. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly kernel: string;
  readonly deno: string;
  /** Processes that ran or wanted to, on average over the last minute, before the benchmark. */
  readonly loadBefore: number;
  readonly measuredAt: string;
}

/** Describes this machine. */
export function describeMachine(): Machine {
  const processor = /^model name\s*:\s*(.+)$/m.exec(readProc("cpuinfo"))?.[1];
  return {
    processor: processor ?? "unknown",
    cores: navigator.hardwareConcurrency,
    memoryGib: Math.round(Deno.systemMemoryInfo().total / 2 ** 30),
    kernel: Deno.osRelease(),
    deno: Deno.version.deno,
    loadBefore: Deno.loadavg()[0] ?? 0,
    measuredAt: new Date().toISOString(),
  };
}
