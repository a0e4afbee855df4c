/**
 * What is held against a program after it was attacked.
 *
 * @module
 */

import { openDescriptors, residentMegabytes } from "../support/process_facts.ts";

/** A number that must not be above its limit. */
export interface Verdict {
  /** What was counted. */
  readonly what: string;
  /** How much was found. */
  readonly found: number;
  /** How much is allowed. */
  readonly most: number;
}

/** How much a program has grown, and how much it may, in megabytes. */
export type Growth = Omit<Verdict, "what">;

/** How much a program may grow: memory that the collector has not given back comes and goes. */
const GROWTH_SHARE = 0.1;
/** The same for a small program, in megabytes. */
const GROWTH_MEGABYTES = 16;
/** How long a program may take to close what it had opened, in milliseconds. */
const SETTLE_MS = 15_000;
/** The least memory of so many looks is taken: what garbage there is comes on top. */
const LOOKS = 50;

/** The descriptors of a process, as soon as they are down to `most` or will not get there. */
export async function descriptorsLeft(pid: number, most: number): Promise<number> {
  const endMs = performance.now() + SETTLE_MS;
  let left: number;
  do left = await openDescriptors(pid); while (left > most && performance.now() < endMs);
  return left;
}

/** Remembers the memory of a process; what is returned tells how much it has grown, and may. */
export async function growth(pid: number): Promise<() => Promise<Growth>> {
  const before = await leastMegabytes(pid);
  return async () => ({
    found: await leastMegabytes(pid) - before,
    most: Math.max(GROWTH_MEGABYTES, before * GROWTH_SHARE),
  });
}

async function leastMegabytes(pid: number): Promise<number> {
  let least = Infinity;
  for (let look = 0; look < LOOKS; look++) least = Math.min(least, await residentMegabytes(pid));
  return least;
}
