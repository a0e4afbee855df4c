/**
 * How long a program was ready to run, and waited for one of the machine's cores.
 *
 * @module
 */

import { monotonicMicros } from "../../lib/opencv/mod.ts";

/** What a program had waited by then, in milliseconds of the monotonic clock. */
interface Look {
  readonly atMs: number;
  readonly waitedMs: number;
}

/**
 * The main thread's waiting.
 *
 * - Where the system does not tell, or the program has ended, nothing is added.
 */
export class CoreWait {
  readonly #path: string;
  readonly #looks: Look[] = [{ atMs: -Infinity, waitedMs: 0 }];

  /** @param pid the program */
  constructor(pid: number) {
    this.#path = `/proc/${pid}/schedstat`;
  }

  /** Looks now; to be called often. */
  look(): void {
    try {
      const [, waitedNanos] = Deno.readTextFileSync(this.#path).split(" ");
      this.#looks.push({ atMs: monotonicMicros() / 1000, waitedMs: Number(waitedNanos) / 1e6 });
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  /** The most that it can have waited within a time, in milliseconds: from one look to another. */
  waitedMs(fromMs: number, toMs: number): number {
    const before = this.#looks.findLast(({ atMs }) => atMs <= fromMs)!;
    const behind = this.#looks.find(({ atMs }) => atMs >= toMs) ?? this.#looks.at(-1)!;
    return behind.waitedMs - before.waitedMs;
  }
}
