/**
 * A program under measurement: started, watched from outside through /proc, stopped.
 *
 * @module
 */

import { linesOf } from "../../lib/text/lines.ts";
import { readProc } from "./proc.ts";

/** How {@linkcode Program.start} starts a program. */
export interface ProgramOptions {
  /** Variables in addition to this process's own. */
  readonly env?: Readonly<Record<string, string>>;
}

/** How long a program may take to end by itself when told to, in milliseconds. */
const STOP_PATIENCE_MS = 3000;

/** `CLK_TCK`: /proc counts CPU time in hundredths of a second on every Linux. */
const TICK_MS = 10;

/**
 * A running program.
 *
 * - Ownership: the process is ended when the object is disposed of, by force if need be.
 * - Output: what it writes to stdout and stderr is kept, line by line.
 */
export class Program implements AsyncDisposable {
  /** The lines on stderr, oldest first. */
  readonly errorLines: string[] = [];
  /** The lines on stdout, oldest first. */
  readonly outputLines: string[] = [];
  readonly #child: Deno.ChildProcess;
  readonly #name: string;
  readonly #reading: Promise<unknown>;
  #exit: Deno.CommandStatus | undefined;

  private constructor(command: readonly string[], options: ProgramOptions) {
    // env(1), as Deno does not set LD_PRELOAD for a child without leave for everything.
    const variables = Object.entries(options.env ?? {}).map(([name, value]) => `${name}=${value}`);
    this.#name = command.join(" ");
    this.#child = new Deno.Command("env", {
      args: [...variables, ...command],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#reading = Promise.all([
      collect(this.#child.stdout, this.outputLines),
      collect(this.#child.stderr, this.errorLines),
      this.#child.status.then((status) => this.#exit = status),
    ]);
  }

  /** Starts a command with its arguments. */
  static start(command: readonly string[], options: ProgramOptions = {}): Program {
    return new Program(command, options);
  }

  /** The process's number. */
  get pid(): number {
    return this.#child.pid;
  }

  /** @throws {Error} when the program has ended, with its last words */
  assertRunning(): void {
    if (this.#exit) {
      const words = [...this.outputLines, ...this.errorLines].slice(-5).join("\n");
      throw new Error(`Cannot measure ${this.#name}: it ended with ${this.#exit.code}\n${words}`);
    }
  }

  /** The CPU time used so far by all its threads, in milliseconds, to the nearest 10. */
  cpuMs(): number {
    this.assertRunning();
    const stat = readProc(`${this.pid}/stat`);
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  }

  /** Its resident memory in bytes. */
  residentBytes(): number {
    this.assertRunning();
    const status = readProc(`${this.pid}/status`);
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
  }

  /** Waits for it to end by itself. @throws {Error} when it fails */
  async output(): Promise<string> {
    await this.#reading;
    if (this.#exit?.code !== 0) this.assertRunning();
    return this.outputLines.join("\n");
  }

  /** Ends it: asks, waits, and at last kills. */
  async stop(): Promise<void> {
    if (!this.#exit) this.#child.kill("SIGTERM");
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), STOP_PATIENCE_MS);
    await this.#reading;
    clearTimeout(timer);
  }

  /** {@linkcode stop} */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}

async function collect(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  lines: string[],
): Promise<void> {
  for await (const line of linesOf(stream)) lines.push(line);
}
