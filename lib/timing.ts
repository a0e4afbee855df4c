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

/** What a {@linkcode deadline} is, and what is thrown when it passes. */
export interface DeadlineOptions {
  /** The time allowed, in milliseconds. */
  ms: number;
  /** Makes the error. */
  error: () => Error;
}

/** How often a deadline looks at the clock, in milliseconds. */
const SLICE_MS = 250;

/**
 * Waits for a promise, but not longer than the deadline. Time in which this program itself stood
 * still, suspended, does not count: who was to answer had nobody to answer to.
 *
 * @throws the error of `options` when the time is over; what becomes of the promise is then nobody's
 * business here, so the caller must not need its result
 */
export async function deadline<T>(promise: Promise<T>, options: DeadlineOptions): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    const wait = (leftMs: number) => {
      const sliceMs = Math.min(leftMs, SLICE_MS);
      const next = () => leftMs > sliceMs ? wait(leftMs - sliceMs) : reject(options.error());
      timer = setTimeout(next, sliceMs);
    };
    wait(options.ms);
  });
  try {
    return await Promise.race([promise, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
