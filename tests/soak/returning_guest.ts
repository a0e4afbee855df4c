/**
 * A guest that comes, looks for some seconds, leaves, and comes again.
 *
 * @module
 */

import { pause } from "../../lib/flow/timing.ts";
import { Program } from "../support/programs.ts";

/** How long it looks on, in milliseconds. */
const LOOK_MS = 4000;

/** How long it stays away, in milliseconds. */
const AWAY_MS = 2000;

/** Comes and goes. */
export class ReturningGuest {
  /** How often it saw pictures and left. */
  visits = 0;

  /**
   * Visits a host again and again until the signal is aborted.
   *
   * @param address where the host is
   * @throws {Error} when no picture comes or the guest does not end in good order
   */
  async run(address: string, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await visit(address, signal);
      this.visits++;
      await pause(AWAY_MS, signal);
    }
  }
}

async function visit(address: string, signal: AbortSignal): Promise<void> {
  const guest = Program.start("guest", [address, "--no-window", "--stats=json"]);
  try {
    await guest.guestReport(({ received }) => received > 0);
    const code = await Promise.race([pause(LOOK_MS, signal), guest.ended]);
    if (code !== undefined) throw new Error(`a returning guest ended by itself, with ${code}`);
  } finally {
    await guest[Symbol.asyncDispose]();
  }
  const code = await guest.ended;
  if (code !== 0) throw new Error(`a returning guest ended with exit code ${code}`);
}
