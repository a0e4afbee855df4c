/**
 * Begins a search in the networks; whoever is given an address needs nothing of it.
 *
 * @module
 */

import type { HostFinder } from "./host_finder.ts";

/** Begins it. */
export async function openFinder(): Promise<HostFinder> {
  const { HostFinder } = await import("./host_finder.ts");
  return new HostFinder();
}
