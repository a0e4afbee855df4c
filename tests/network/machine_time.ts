/**
 * A machine that is fair to programs whose timing is measured: what else it runs stands back, and
 * the times at which it stands still itself are known.
 *
 * @module
 */

import { linesOf } from "../../lib/text/lines.ts";

/** The priority of the programs that are measured: above everything that is not real-time. */
const PRIORITY = 5;
/** The priority of the watch: above the programs, so that their own work never looks like a pause. */
const WATCH_PRIORITY = 50;
/** A time at which the machine stood still, in milliseconds of the monotonic clock. */
interface Pause {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Gives this process, and what it starts from now on, real-time priority; and notes when even a
 * program of higher priority does not get to run, as on a virtual machine whose host is busy.
 *
 * - Where the system does not allow it, everything runs as it did, and no pause is ever noted.
 */
export class MachineTime implements AsyncDisposable {
  readonly #pauses: Pause[] = [];
  #watch: Deno.ChildProcess | undefined;
  #reading: Promise<void> | undefined;

  private constructor() {}

  /** Begins. */
  static async take(): Promise<MachineTime> {
    const time = new MachineTime();
    if (!await chrt("--all-tasks", "--rr", "--pid", `${PRIORITY}`, `${Deno.pid}`)) return time;
    const script = decodeURIComponent(new URL("./pause_watch.py", import.meta.url).pathname);
    const watch = time.#watch = new Deno.Command("chrt", {
      args: ["--rr", `${WATCH_PRIORITY}`, "/usr/bin/python3", script],
      stdin: "null",
      stdout: "piped",
    }).spawn();
    time.#reading = time.#read(watch.stdout);
    return time;
  }

  /** For how long the machine stood still within a time, in milliseconds of the monotonic clock. */
  pausedMs(fromMs: number, toMs: number): number {
    let sum = 0;
    for (const pause of this.#pauses) {
      sum += Math.max(0, Math.min(toMs, pause.toMs) - Math.max(fromMs, pause.fromMs));
    }
    return sum;
  }

  /** Gives the priority back. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#watch) return;
    this.#watch.kill("SIGTERM");
    await this.#reading;
    await this.#watch.status;
    await chrt("--all-tasks", "--other", "--pid", "0", `${Deno.pid}`);
  }

  async #read(stdout: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const line of linesOf(stdout)) {
      const [fromMs = 0, toMs = 0] = line.split(" ").map(Number);
      this.#pauses.push({ fromMs, toMs });
    }
  }
}

/** Whether it was allowed. */
async function chrt(...args: string[]): Promise<boolean> {
  try {
    const { success } = await new Deno.Command("chrt", { args, stdout: "null", stderr: "null" })
      .output();
    return success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
