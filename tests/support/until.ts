/**
 * Waiting for what can only be looked at.
 *
 * @module
 */

/** How long something that must come is waited for, in milliseconds: a loaded machine is slow. */
const PATIENCE_MS = 30_000;

/** The real clock and timer, also where a test has put others in their place. */
const nowMs = performance.now.bind(performance);
const { setTimeout } = globalThis;

/** Options of {@linkcode until}. */
export interface UntilOptions {
  /** What lies between two looks at least, in milliseconds, where a look costs much; default: 0. */
  readonly everyMs?: number;
  /** How long it is waited for, in milliseconds, where that is not half a minute. */
  readonly withinMs?: number;
}

/**
 * Looks again and again until something is found; between two looks everything else has its turn.
 *
 * @param what is awaited, for the error
 * @throws {Error} when it has not come in time
 */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  { everyMs = 0, withinMs = PATIENCE_MS }: UntilOptions = {},
): Promise<T> {
  const endMs = nowMs() + withinMs;
  do {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  } while (nowMs() < endMs);
  throw new Error(`Cannot see ${what}: it did not come within ${withinMs / 1000} s`);
}

/** Lets everything else that is ready have its turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
