/**
 * A guest that comes, looks for some seconds, leaves, and comes again.
 *
 * @module
 */

import { RunningProgram } from "../../lib/setup/running_program.ts";
import { deadline, pause } from "../../lib/flow/timing.ts";
import { parseGuestReport } from "./observed_program.ts";

/** How long it looks on, in milliseconds. */
const LOOK_MS = 4000;

/** How long it stays away, in milliseconds. */
const AWAY_MS = 2000;

/** A visit without a picture within this time has failed, in milliseconds. */
const PATIENCE_MS = 30_000;

/** Comes and goes. */
export class Visitor {
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
  const { promise: picture, resolve } = Promise.withResolvers<void>();
  const args = [address, "--no-window", "--stats=json"];
  let lastLine = "nothing";
  const guest = RunningProgram.start("guest", args, (line) => {
    lastLine = line;
    if ((parseGuestReport(line)?.received ?? 0) > 0) resolve();
  });
  const gone = guest.ended.then((code) => {
    throw new Error(`a visiting guest ended by itself, with exit code ${code}`);
  });
  try {
    await deadline(Promise.race([picture, gone]), {
      ms: PATIENCE_MS,
      error: () =>
        new Error(
          `a visiting guest saw no picture for ${PATIENCE_MS / 1000} s; it said ${lastLine}`,
        ),
    });
    await Promise.race([pause(LOOK_MS, signal), gone]);
  } finally {
    await guest[Symbol.asyncDispose]();
  }
  const code = await guest.ended;
  if (code !== 0) throw new Error(`a visiting guest ended with exit code ${code}`);
}
