/**
 * `deno task fuzz:hostile [connections] [seed]`: ten thousand hostile connections to a running host,
 * a good guest beside them; then running guests that connect to a hostile host.
 *
 * Prints the seed first, then what was found and what is allowed, and `N passed, N failed` last;
 * exit code 1 when any failed. Takes less than three minutes.
 * @module
 */

import { numbersOrExit } from "./arguments.ts";
import { attackGuests } from "./hostile_guest.ts";
import { attackHost } from "./hostile_host.ts";
import { Random } from "./mutate.ts";
import type { Verdict } from "./verdict.ts";

const DEFAULT_CONNECTIONS = 10_000;
const DEFAULT_SEED = 20_260_102;
/** How long the guests are attacked, in seconds. */
const GUEST_SECONDS = 45;

async function main(): Promise<void> {
  const defaults = [DEFAULT_CONNECTIONS, DEFAULT_SEED];
  const [connections = 0, seed = 0] = numbersOrExit("fuzz:hostile [connections] [seed]", defaults);
  console.log(`${connections} hostile connections, seed ${seed}`);
  const random = new Random(seed);
  const faults: boolean[] = [];
  try {
    const onHost = await attackHost(connections, random);
    console.log(`host: ${connections} hostile connections`);
    faults.push(...onHost.map(report));
    const onGuests = await attackGuests(GUEST_SECONDS, random);
    console.log(`guests: ${onGuests.connections} hostile connections`);
    faults.push(...onGuests.verdicts.map(report));
  } catch (error) {
    // A program that ended, or was not well again.
    console.log(`FAILED ${error}`);
    faults.push(true);
  }
  const failed = faults.filter(Boolean).length;
  console.log(`${faults.length - failed} passed, ${failed} failed`);
  if (failed > 0) Deno.exitCode = 1;
}

/** Prints a verdict; true: more was found than is allowed. */
function report({ what, found, most }: Verdict): boolean {
  const isFault = !(found <= most);
  const numbers = `${found.toFixed(1)}, ${most.toFixed(1)} allowed`;
  console.log(`${isFault ? "FAILED" : "ok"} ${what}: ${numbers}`);
  return isFault;
}

if (import.meta.main) await main();
