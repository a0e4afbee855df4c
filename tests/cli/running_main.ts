/**
 * The program of main_fixture.ts as a process: started, looked at and ended by a test.
 *
 * @module
 */

import assert from "node:assert/strict";

/** The program. */
export const FIXTURE = new URL("./main_fixture.ts", import.meta.url).pathname;
/** The configuration that it runs by. */
export const CONFIG = new URL("../../deno.json", import.meta.url).pathname;
/** What a bug is followed by. */
export const REPORT_LINE =
  "guest: this is a bug in the program; please report it with the lines above";

/** How it is run. */
export interface RunOptions {
  readonly env?: Record<string, string>;
  /** What is in capturevideo.json. */
  readonly config?: string | Uint8Array;
  /** What the shell that starts it puts in front: `nohup`. */
  readonly through?: string;
  /** A shell command to run in its directory before. */
  readonly prepare?: string;
  /** Permissions other than those that a program has. */
  readonly permissions?: readonly string[];
}

/** How it ended. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  /** The lines, without an empty last one. */
  readonly stderr: readonly string[];
}

/** A running fixture whose output can be awaited. */
export class Running implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #directory: string;
  readonly #lines: ReadableStreamDefaultReader<string>;
  readonly #stderr: Promise<string>;
  #stdout = "";

  private constructor(child: Deno.ChildProcess, directory: string) {
    this.#child = child;
    this.#directory = directory;
    this.#lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    this.#stderr = new Response(child.stderr).text();
  }

  static async start(args: readonly string[], options: RunOptions = {}): Promise<Running> {
    const directory = await Deno.makeTempDir();
    if (options.config !== undefined) {
      const { config } = options;
      const bytes = typeof config === "string" ? new TextEncoder().encode(config) : config;
      await Deno.writeFile(`${directory}/capturevideo.json`, bytes);
    }
    if (options.prepare !== undefined) {
      await new Deno.Command("sh", { args: ["-c", options.prepare], cwd: directory }).output();
    }
    const permissions = options.permissions ?? [
      "--allow-env=CAPTUREVIDEO_*",
      "--allow-read=capturevideo.json",
      "--allow-net=127.0.0.1",
      "--allow-ffi",
    ];
    const child = new Deno.Command("sh", {
      args: ["-c", `exec ${options.through ?? ""} "$0" "$@"`, Deno.execPath()].concat(
        ["run", "--quiet", "--no-prompt", "--no-lock", `--config=${CONFIG}`],
        [...permissions, FIXTURE, ...args],
      ),
      cwd: directory,
      env: { NO_COLOR: "1", ...options.env },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    return new Running(child, directory);
  }

  /** Resolves when standard output contains the text. */
  async printed(text: string): Promise<void> {
    while (!this.#stdout.includes(text)) {
      const { value, done } = await this.#lines.read();
      if (done) assert.fail(`ended without printing "${text}": ${await this.#stderr}`);
      this.#stdout += value;
    }
  }

  /** Sends a signal; one that has ended already gets none. */
  signal(signal: Deno.Signal): void {
    try {
      this.#child.kill(signal);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  }

  /** Resolves when the process has ended. */
  async ended(): Promise<Outcome> {
    for (;;) {
      const { value, done } = await this.#lines.read();
      if (done) break;
      this.#stdout += value;
    }
    const { code } = await this.#child.status;
    const stderr = (await this.#stderr).split("\n").slice(0, -1);
    return { code, stdout: this.#stdout, stderr };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.signal("SIGKILL");
    await this.ended();
    await Deno.remove(this.#directory, { recursive: true });
  }
}

/** Runs the program to its end. */
export async function run(args: readonly string[], options?: RunOptions): Promise<Outcome> {
  await using running = await Running.start(args, options);
  return await running.ended();
}

/** Starts a scenario, sends the signal when it works, and waits for the end. */
export async function runAndSignal(scenario: string, signal: Deno.Signal): Promise<Outcome> {
  await using running = await Running.start(["--output", scenario]);
  await running.printed("working");
  running.signal(signal);
  return await running.ended();
}
