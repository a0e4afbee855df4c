/**
 * Keeps a guest connected: tries again, and does not wait for a line that has fallen silent.
 *
 * @module
 */

import { LatestSlot } from "../flow/latest_slot.ts";

/** How a line is. */
export type LineState =
  /** The host has not said anything yet. */
  | "trying"
  /** The host is heard. */
  | "heard"
  /** The host was heard, and is not any more. */
  | "silent"
  /** It has ended. */
  | "over";

/** One connection to the host, from the first attempt to its end. */
export interface Line {
  /** How it is now. */
  readonly state: LineState;
  /** Whether pictures have come over it. */
  readonly fruitful: boolean;
  /** What ended it. */
  readonly failure: unknown;
  /** Resolves when it has ended and what it held is freed. */
  readonly closed: Promise<void>;
  /** Ends it. */
  end(): void;
}

/** What a {@linkcode LineKeeper} is told. */
export interface LineKeeperOptions {
  /** Begins a connection; `onChange` is to be called when its state changes. */
  open: (onChange: () => void) => Line;
  /** Whether another line is tried when one has ended or fallen silent. */
  reconnect: boolean;
  /** How long to wait after a number of failures in a row, in milliseconds. */
  delayMs: (failures: number) => number;
  /** Called with what ended a line; what it throws ends the keeper. */
  onFailure: (failure: unknown) => void;
  /** Called when the line falls silent, and when it is heard again. */
  onSilence: (silent: boolean) => void;
}

/**
 * Keeps one line to the host.
 *
 * - A line that has ended is replaced, after a while that grows with the failures in a row.
 * - A line that has fallen silent stays, for the host may only be slow; another is tried beside it.
 *   Whichever is heard first stays, and the other is ended.
 * - Bound: never more than two lines, but for those that are saying good-bye.
 * - Where it is not to reconnect, it keeps the one line until that ends.
 */
export class LineKeeper {
  readonly #options: LineKeeperOptions;
  readonly #changes = new LatestSlot<true>();
  readonly #open = new Set<Line>();
  /** The line on which the host was heard. */
  #present: Line | undefined;
  /** The one that is to take its place. */
  #attempt: Line | undefined;
  #silent = false;
  #failures = 0;
  #tryAgainAtMs = -Infinity;

  /** @param options how lines are made, and who is told */
  constructor(options: LineKeeperOptions) {
    this.#options = options;
  }

  /**
   * Keeps a line until the signal is aborted. When it returns, no line is left.
   *
   * @throws what `onFailure` throws
   */
  async run(stop: AbortSignal): Promise<void> {
    const wake = () => this.#changes.put(true);
    stop.addEventListener("abort", wake);
    try {
      while (!stop.aborted) {
        this.#settle();
        const waitMs = this.#begin(wake);
        const timer = waitMs === undefined ? undefined : setTimeout(wake, waitMs);
        await this.#changes.next();
        clearTimeout(timer);
      }
    } finally {
      stop.removeEventListener("abort", wake);
      const lines = [...this.#open];
      for (const line of lines) line.end();
      await Promise.all(lines.map(({ closed }) => closed));
    }
  }

  /** Sees which lines are left. */
  #settle(): void {
    if (this.#attempt?.state === "heard") {
      this.#present?.end();
      this.#present = this.#attempt;
      this.#attempt = undefined;
    }
    if (this.#present?.state === "over") {
      const { failure, fruitful } = this.#present;
      this.#present = undefined;
      this.#failed(failure, fruitful);
    }
    if (this.#attempt?.state === "over") {
      const { failure, fruitful } = this.#attempt;
      this.#attempt = undefined;
      this.#failed(failure, fruitful);
    }
    if (this.#present?.state === "heard") {
      this.#attempt?.end();
      this.#attempt = undefined;
    }
    const silent = this.#present?.state === "silent";
    if (silent === this.#silent) return;
    this.#silent = silent;
    if (silent) this.#failures = 0;
    if (this.#present) this.#options.onSilence(silent);
  }

  #failed(failure: unknown, fruitful: boolean): void {
    this.#failures = fruitful ? 0 : this.#failures + 1;
    this.#tryAgainAtMs = performance.now() + this.#options.delayMs(this.#failures);
    this.#options.onFailure(failure);
  }

  /** Begins another line where one is needed; how long that has to wait, if it has to. */
  #begin(wake: () => void): number | undefined {
    const needed = !this.#present || this.#present.state === "silent" && this.#options.reconnect;
    if (this.#attempt || !needed) return undefined;
    const waitMs = this.#tryAgainAtMs - performance.now();
    if (waitMs > 0) return waitMs;
    const line = this.#attempt = this.#options.open(wake);
    this.#open.add(line);
    void line.closed.then(() => this.#open.delete(line));
    return undefined;
  }
}
