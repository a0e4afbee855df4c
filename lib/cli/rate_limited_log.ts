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

/** How many lines of a kind there may be. */
export interface LineLimit {
  /** How many may come at once, where none came for long; default: 1. */
  burst?: number;
  /** In the long run one is told in this time, in milliseconds; default: 1000. */
  intervalMs?: number;
}

type Level = "info" | "warn";

/**
 * One kind of line, limited in rate.
 *
 * - Up to `burst` are told at once; after that one an interval.
 * - What is too much is counted, and the count told with the next line of the kind.
 * - The last line is told in any case, as soon as one is due: what it says may still be so.
 * - Waiting for that keeps no program alive: leaving `using` tells it.
 */
export class RateLimitedLog implements Disposable {
  readonly #log: Pick<Log, Level>;
  readonly #burst: number;
  readonly #intervalMs: number;
  /** How many lines may be told now. */
  #allowed: number;
  #countedAtMs = performance.now();
  #swallowed = 0;
  #last: { level: Level; text: string } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param log where the lines go @param limit how many */
  constructor(log: Pick<Log, Level>, { burst = 1, intervalMs = 1000 }: LineLimit = {}) {
    this.#log = log;
    this.#allowed = this.#burst = burst;
    this.#intervalMs = intervalMs;
  }

  /** Tells the text, or counts it. */
  info(text: string): void {
    this.#say("info", text);
  }

  /** Warns of it, or counts it. */
  warn(text: string): void {
    this.#say("warn", text);
  }

  /** Tells what has been counted and not told yet. */
  flush(): void {
    if (!this.#last) return;
    this.#swallowed--;
    this.#tell(this.#last);
  }

  [Symbol.dispose](): void {
    this.flush();
  }

  #say(level: Level, text: string): void {
    const nowMs = performance.now();
    const earned = (nowMs - this.#countedAtMs) / this.#intervalMs;
    this.#allowed = Math.min(this.#burst, this.#allowed + earned);
    this.#countedAtMs = nowMs;
    if (this.#allowed >= 1) return this.#tell({ level, text });
    this.#swallowed++;
    this.#last = { level, text };
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => this.flush(), (1 - this.#allowed) * this.#intervalMs);
    Deno.unrefTimer(this.#timer);
  }

  #tell({ level, text }: { level: Level; text: string }): void {
    const others = this.#swallowed === 0 ? "" : ` (and ${this.#swallowed} more before)`;
    this.#log[level](text + others);
    this.#allowed--;
    this.#swallowed = 0;
    this.#last = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
