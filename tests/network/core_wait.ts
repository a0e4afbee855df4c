/**
 * How long a program was ready to run, and waited for one of the machine's cores.
 *
 * @module
 */

import { linesOf } from "../../lib/text/lines.ts";

/** What a program had waited by then, in milliseconds of the monotonic clock. */
interface Look {
  readonly atMs: number;
  readonly waitedMs: number;
}

/**
 * The main thread's waiting, until the program has ended or this is closed.
 */
export class CoreWait implements AsyncDisposable {
  readonly #looks: Look[] = [{ atMs: -Infinity, waitedMs: 0 }];
  readonly #watch: Deno.ChildProcess;
  readonly #watched: Promise<unknown>;
  #isOver = false;

  /** @param pid the program */
  constructor(pid: number) {
    const script = decodeURIComponent(new URL("./core_watch.py", import.meta.url).pathname);
    // Deno reads of other processes only what everything may be read for.
    this.#watch = new Deno.Command("chrt", {
      // What is measured may have real-time priority; who watches needs none.
      args: ["--other", "0", "/usr/bin/python3", script, `${pid}`],
      stdin: "null",
      stdout: "piped",
    }).spawn();
    const ended = this.#watch.status.then(() => this.#isOver = true);
    this.#watched = Promise.all([this.#read(this.#watch.stdout), ended]);
  }

  /** The most that it can have waited within a time, in milliseconds: from one look to another. */
  waitedMs(fromMs: number, toMs: number): number {
    const before = this.#looks.findLast(({ atMs }) => atMs <= fromMs)!;
    const behind = this.#looks.find(({ atMs }) => atMs >= toMs) ?? this.#looks.at(-1)!;
    return behind.waitedMs - before.waitedMs;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isOver) this.#watch.kill("SIGTERM");
    await this.#watched;
  }

  async #read(stdout: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const line of linesOf(stdout)) {
      const [atMs = 0, waitedMs = 0] = line.split(" ").map(Number);
      this.#looks.push({ atMs, waitedMs });
    }
  }
}
