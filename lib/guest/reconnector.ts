/**
 * Keeps a guest connected: tries again, and does not wait for a host that has fallen silent.
 *
 * @module
 */

import { LatestSlot } from "../flow/latest_slot.ts";
import type { HostConnection } from "./host_connection.ts";

/** One connection to the host, from the first attempt to its end. */
export type Attempt = Pick<
  HostConnection,
  "hearing" | "delivered" | "failure" | "closed" | "end"
>;

/** What happens to the connections. */
export type ReconnectorEvent =
  /** One has ended, and why. */
  | { readonly type: "failed"; readonly failure: unknown }
  /** The host has fallen silent, or is heard again. */
  | { readonly type: "silence"; readonly silent: boolean };

/** Options of a {@linkcode Reconnector}. */
export interface ReconnectorOptions {
  /** Begins a connection; `onHearing` is to be called when its `hearing` changes. */
  open: (onHearing: () => void) => Attempt;
  /** Whether another connection is tried when one has ended or fallen silent. */
  reconnect: boolean;
  /** How long to wait after a number of failures in a row, in milliseconds. */
  delayMs: (failures: number) => number;
  /** Called with what happens; what it throws behind a failure ends the reconnecting. */
  onEvent: (event: ReconnectorEvent) => void;
}

/**
 * Keeps one connection to the host.
 *
 * - One that has ended is replaced, after a while that grows with the failures in a row.
 * - One that has fallen silent stays, for the host may only be slow; another is tried beside it.
 *   Whichever is heard first stays, and the other is ended.
 * - Bound: never more than two connections, but for those that are saying good-bye.
 * - Where it is not to reconnect, it keeps the one connection until that ends.
 */
export class Reconnector {
  readonly #options: ReconnectorOptions;
  readonly #changes = new LatestSlot<true>();
  readonly #open = new Set<Attempt>();
  /** The connection on which the host was heard. */
  #current: Attempt | undefined;
  /** The one that is to take its place. */
  #attempt: Attempt | undefined;
  #silent = false;
  #failures = 0;
  #tryAgainAtMs = -Infinity;

  constructor(options: ReconnectorOptions) {
    this.#options = options;
  }

  /**
   * Keeps a connection until the signal is aborted. When it returns, none is left.
   *
   * @throws what `onEvent` throws
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
      const open = [...this.#open];
      for (const attempt of open) attempt.end();
      await Promise.all(open.map(({ closed }) => closed));
    }
  }

  /** Sees which connections are left. */
  #settle(): void {
    if (this.#attempt?.hearing === "heard") {
      this.#current?.end();
      this.#current = this.#attempt;
      this.#attempt = undefined;
    }
    if (this.#current?.hearing === "over") this.#current = this.#failed(this.#current);
    if (this.#attempt?.hearing === "over") this.#attempt = this.#failed(this.#attempt);
    if (this.#current?.hearing === "heard") {
      this.#attempt?.end();
      this.#attempt = undefined;
    }
    const silent = this.#current?.hearing === "silent";
    if (silent === this.#silent) return;
    this.#silent = silent;
    if (silent) this.#failures = 0;
    if (this.#current) this.#options.onEvent({ type: "silence", silent });
  }

  #failed({ failure, delivered }: Attempt): undefined {
    this.#failures = delivered ? 0 : this.#failures + 1;
    this.#tryAgainAtMs = performance.now() + this.#options.delayMs(this.#failures);
    this.#options.onEvent({ type: "failed", failure });
  }

  /** Begins another connection where one is needed; how long that has to wait, if it has to. */
  #begin(wake: () => void): number | undefined {
    const needed = !this.#current || this.#current.hearing === "silent" && this.#options.reconnect;
    if (this.#attempt || !needed) return undefined;
    const waitMs = this.#tryAgainAtMs - performance.now();
    if (waitMs > 0) return waitMs;
    const attempt = this.#attempt = this.#options.open(wake);
    this.#open.add(attempt);
    void attempt.closed.then(() => this.#open.delete(attempt));
    return undefined;
  }
}

/** The first wait, in milliseconds. */
export const FIRST_DELAY_MS = 200;
/** The longest wait, in milliseconds: the picture is back within a second of the host's return. */
export const LONGEST_DELAY_MS = 600;

/**
 * The wait after a number of failures in a row: doubling, and shortened by up to a half at random so
 * that the guests of a host that comes back do not all come at the same time.
 *
 * @param random a number from 0 to 1
 */
export function reconnectDelayMs(failures: number, random: number): number {
  const delay = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** failures);
  return delay * (1 - random / 2);
}
