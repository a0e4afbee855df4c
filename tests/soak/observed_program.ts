/**
 * A program whose use of the machine is written down, second by second.
 *
 * @module
 */

import { parseStats } from "../../lib/cli/stats.ts";
import { openDescriptors, residentMegabytes } from "../support/process_facts.ts";
import { Program } from "../support/programs.ts";

/** A host or a guest, and what was seen of it. */
export class ObservedProgram implements AsyncDisposable {
  /** What it is called in the series. */
  readonly name: string;
  /** Open descriptors, one number for each call of {@linkcode sample}. */
  readonly descriptors: number[] = [];
  /** Memory in RAM, in megabytes, likewise. */
  readonly megabytes: number[] = [];
  /** A guest's pictures: the median of their age, in milliseconds, for each second with any. */
  readonly ageMsP50: number[] = [];
  /** The age that 99 of 100 pictures did not exceed, likewise. */
  readonly ageMsP99: number[] = [];
  readonly #program: Program;

  /**
   * Starts a program.
   *
   * @param task the task's name in deno.json
   * @param env added to the environment
   * @param onLine takes what it writes to standard error, but for a guest's reports
   */
  constructor(
    { name, task, args, env = {}, onLine = () => {} }: {
      name: string;
      task: string;
      args: readonly string[];
      env?: Record<string, string>;
      onLine?: (line: string) => void;
    },
  ) {
    this.name = name;
    this.#program = Program.start(task, args, {
      env,
      onLine: (line) => {
        const report = parseStats(line);
        if (report?.program !== "guest") return onLine(line);
        if (report.ageMsP50 !== null) this.ageMsP50.push(report.ageMsP50);
        if (report.ageMsP99 !== null) this.ageMsP99.push(report.ageMsP99);
      },
    });
  }

  /** Rejects as soon as it has ended, which it must not do by itself. */
  async gone(): Promise<never> {
    const code = await this.#program.ended;
    throw new Error(`${this.name} ended by itself, with exit code ${code}`);
  }

  /** Writes down what it uses now. */
  async sample(): Promise<void> {
    const { pid } = this.#program;
    this.descriptors.push(await openDescriptors(pid));
    this.megabytes.push(await residentMegabytes(pid));
  }

  /** The newest numbers, for people. */
  describe(): string {
    const [descriptors, megabytes] = [this.descriptors.at(-1), this.megabytes.at(-1)];
    const [p50, p99] = [this.ageMsP50.at(-1), this.ageMsP99.at(-1)];
    const age = p50 === undefined || p99 === undefined
      ? ""
      : ` age p50 ${p50.toFixed(1)} p99 ${p99.toFixed(1)} ms`;
    return `${this.name} ${descriptors} descriptors ${megabytes?.toFixed()} MB${age}`;
  }

  /** Ends it as Ctrl-C does. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#program[Symbol.asyncDispose]();
  }
}
