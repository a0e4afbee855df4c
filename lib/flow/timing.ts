/**
 * Waiting that ends: by a signal, or by a deadline.
 *
 * @module
 */

import { setImmediate } from "node:timers";

/** Waits, or less when the signal is aborted first: only for that where no time is given. */
export async function pause(ms: number | undefined, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
  await unlessStopped(promise, signal);
  clearTimeout(timer);
}

/** Waits until the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) =>
    signal.addEventListener("abort", () => resolve(), { once: true })
  );
}

/**
 * Lets timers, signals and other connections have their turn. A loop of reads that never have to wait
 * leaves them none, for seconds; a turn takes some microseconds.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Waits for a promise, or less when the signal is aborted first: then for `undefined`. */
export async function unlessStopped<T>(
  promise: Promise<T>,
  signal: AbortSignal,
): Promise<T | undefined> {
  const { promise: stopped, resolve } = Promise.withResolvers<undefined>();
  const onStop = () => resolve(undefined);
  if (signal.aborted) onStop();
  signal.addEventListener("abort", onStop);
  try {
    return await Promise.race([promise, stopped]);
  } finally {
    signal.removeEventListener("abort", onStop);
  }
}

/** What a deadline is, and what is thrown when it passes. */
export interface DeadlineOptions {
  /** The time allowed, in milliseconds. */
  ms: number;
  error: () => Error;
}

/** The longest time between two looks at the clock, in milliseconds. */
const DEADLINE_SLICE_MS = 250;

/**
 * Waits for a promise, but not longer than the deadline. Time in which this program itself stood
 * still, suspended, does not count: who was to answer had nobody to answer to.
 *
 * @throws the error of `options` when the time is over; what becomes of the promise is then nobody's
 * business here, so the caller must not need its result
 */
export async function deadline<T>(promise: Promise<T>, options: DeadlineOptions): Promise<T> {
  using deadlines = new Deadlines(options);
  return await deadlines.guard(promise);
}

/**
 * The same deadline for one wait after another, such as one for each picture: a timer for each wait
 * would cost more than the rest of it, so one timer runs on, and each look at the clock sets the next.
 */
export class Deadlines implements Disposable {
  readonly #options: DeadlineOptions;
  readonly #sliceMs: number;
  #timer: ReturnType<typeof setTimeout>;
  #fail: (error: Error) => void = () => {};
  #leftMs = Infinity;
  #lookedAtMs = performance.now();

  constructor(options: DeadlineOptions) {
    this.#options = options;
    this.#sliceMs = Math.min(options.ms, DEADLINE_SLICE_MS);
    this.#timer = setTimeout(() => this.#look(), this.#sliceMs);
  }

  /** Waits as {@linkcode deadline} does; one wait at a time. */
  guard<T>(promise: Promise<T>): Promise<T> {
    this.#leftMs = this.#options.ms;
    this.#lookedAtMs = performance.now();
    return new Promise((resolve, reject) => {
      this.#fail = reject;
      promise.then(resolve, reject);
    });
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  /** A look that comes later than asked for means that the program stood still: no more is counted. */
  #look(): void {
    const now = performance.now();
    this.#leftMs -= Math.min(now - this.#lookedAtMs, this.#sliceMs);
    this.#lookedAtMs = now;
    if (this.#leftMs <= 0) {
      this.#leftMs = Infinity;
      this.#fail(this.#options.error());
    }
    this.#timer = setTimeout(() => this.#look(), Math.min(this.#leftMs, this.#sliceMs));
  }
}
