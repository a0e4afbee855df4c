/**
 * One of the project's programs, running beside this one.
 *
 * @example
 * ```ts ignore
 * import { RunningProgram } from "./running_program.ts";
 *
 * await using host = RunningProgram.start("host", ["--source", "test"], console.error);
 * await host.ended;
 * ```
 * @module
 */

import { PROJECT_DIRECTORY, taskArguments } from "./tasks.ts";

/** A program that does not end within this time after SIGINT is killed, in milliseconds. */
const STOP_LIMIT_MS = 5000;

const END_SIGNALS: readonly Deno.Signal[] = ["SIGHUP", "SIGINT", "SIGTERM"];

/**
 * A program, started as its task starts it: with the same permissions.
 *
 * - Every line it writes to standard error has been handed over before {@linkcode ended} resolves.
 * - SIGHUP, SIGINT and SIGTERM to this program are passed on to it, as SIGINT.
 * - What it writes to standard output goes where this program's goes.
 */
export class RunningProgram implements AsyncDisposable {
  /** Resolves with its exit code. */
  readonly ended: Promise<number>;
  readonly #process: Deno.ChildProcess;

  private constructor(process: Deno.ChildProcess, onLine: (line: string) => void) {
    this.#process = process;
    this.ended = this.#finish(onLine);
  }

  async #finish(onLine: (line: string) => void): Promise<number> {
    const interrupt = () => this.#signal("SIGINT");
    for (const signal of END_SIGNALS) Deno.addSignalListener(signal, interrupt);
    try {
      await readLines(this.#process.stderr, onLine);
      return (await this.#process.status).code;
    } finally {
      for (const signal of END_SIGNALS) Deno.removeSignalListener(signal, interrupt);
    }
  }

  /**
   * Starts a program.
   *
   * @param task the task's name in deno.json
   * @param args its options
   * @param onLine takes what it writes to standard error, line by line
   */
  static start(
    task: string,
    args: readonly string[],
    onLine: (line: string) => void,
  ): RunningProgram {
    const command = new Deno.Command(Deno.execPath(), {
      args: [...taskArguments(task), ...args],
      cwd: PROJECT_DIRECTORY,
      stdin: "null",
      stderr: "piped",
    });
    return new RunningProgram(command.spawn(), onLine);
  }

  /** The number of its process. */
  get pid(): number {
    return this.#process.pid;
  }

  /** Ends it as Ctrl-C does, and waits until it has gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#signal("SIGINT");
    const timer = setTimeout(() => this.#signal("SIGKILL"), STOP_LIMIT_MS);
    await this.ended;
    clearTimeout(timer);
  }

  #signal(signal: Deno.Signal): void {
    try {
      this.#process.kill(signal);
    } catch (error) {
      // It has ended by itself.
      if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

async function readLines(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  onLine: (line: string) => void,
): Promise<void> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
  }
  if (rest !== "") onLine(rest);
}
