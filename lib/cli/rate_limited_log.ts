/**
 * Lines that others can provoke: no more of them than a reader can bear.
 *
 * @example
 * ```ts
 * import { Log } from "./log.ts";
 *
 * const lines: string[] = [];
 * using damage = new Log("host", (line) => lines.push(line)).rateLimited();
 * for (let i = 0; i < 1000; i++) damage.warn(`picture ${i} is damaged`);
 * console.assert(lines.length === 1);
 * ```
 * @module
 */

import type { Log } from "./log.ts";

/** In the long run there is a line in this time, in milliseconds. */
const INTERVAL_MS = 1000;

type Level = "info" | "warn";

/**
 * One kind of line, limited in rate.
 *
 * - Up to a burst is written at once; after that one line a second.
 * - What is too much is counted, and the count written with the next line of the kind.
 * - The last line is written in any case, as soon as one is due: what it says may still be so.
 * - Waiting for that keeps no program alive: leaving `using` writes it.
 */
export class RateLimitedLog implements Disposable {
  readonly #log: Pick<Log, Level>;
  readonly #burst: number;
  /** How many lines may be written now. */
  #allowed: number;
  #countedAtMs = performance.now();
  /** How many have not been written, the last one included. */
  #waiting = 0;
  #last: { level: Level; text: string } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(log: Pick<Log, Level>, burst: number) {
    this.#log = log;
    this.#allowed = this.#burst = burst;
  }

  info(text: string): void {
    this.#add("info", text);
  }

  warn(text: string): void {
    this.#add("warn", text);
  }

  /** Writes the last line, if it waits, with the count of those before it. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#last) return;
    const { level, text } = this.#last;
    const others = this.#waiting - 1;
    this.#log[level](others === 0 ? text : `${text} (and ${others} more before)`);
    this.#allowed--;
    this.#waiting = 0;
    this.#last = undefined;
  }

  #add(level: Level, text: string): void {
    const nowMs = performance.now();
    const earned = (nowMs - this.#countedAtMs) / INTERVAL_MS;
    this.#allowed = Math.min(this.#burst, this.#allowed + earned);
    this.#countedAtMs = nowMs;
    this.#waiting++;
    this.#last = { level, text };
    if (this.#allowed >= 1) return this[Symbol.dispose]();
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => this[Symbol.dispose](), (1 - this.#allowed) * INTERVAL_MS);
    Deno.unrefTimer(this.#timer);
  }
}
