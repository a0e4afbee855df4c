/**
 * Waiting that ends: by a signal, or by a deadline.
 *
 * @module
 */

/** Waits, or less when the signal is aborted first. Never rejects. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    signal.addEventListener("abort", finish);
  });
}

/** What a deadline is, and what is thrown when it passes. */
export interface DeadlineOptions {
  /** The time allowed, in milliseconds. */
  ms: number;
  /** Makes the error. */
  error: () => Error;
}

/** How often a deadline looks at the clock, in milliseconds: it may be up to two such times late. */
export const DEADLINE_SLICE_MS = 250;

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
 * would cost more than the rest of it.
 */
export class Deadlines implements Disposable {
  readonly #options: DeadlineOptions;
  readonly #timer: ReturnType<typeof setInterval>;
  #fail: (error: Error) => void = () => {};
  #slices = 0;

  /** @param options the time that each wait is allowed */
  constructor(options: DeadlineOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#tick(), DEADLINE_SLICE_MS);
  }

  /** Waits as {@linkcode deadline} does; one wait at a time. */
  guard<T>(promise: Promise<T>): Promise<T> {
    this.#slices = 0;
    return new Promise((resolve, reject) => {
      this.#fail = reject;
      promise.then(resolve, reject);
    });
  }

  /** Stops the clock. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  /** The first slice of a wait may be a short one, and is not counted. */
  #tick(): void {
    if (this.#slices++ * DEADLINE_SLICE_MS >= this.#options.ms) this.#fail(this.#options.error());
  }
}
