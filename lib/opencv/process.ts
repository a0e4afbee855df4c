/**
 * What the system knows about this process and Deno only tells a program that may read everything.
 *
 * @module
 */

import { CaptureVideoError } from "../flow/errors.ts";
import { core, type CoreCalls, cString, textOf } from "./ffi.ts";

/** Room for the names: far more than anybody sets. */
const NAMES_BYTES = 16_384;

/**
 * The names of the environment variables that begin with `prefix`; their values are asked of Deno.
 * None where the bridge cannot be loaded: who needs it says so.
 */
export function environmentNamesWith(prefix: string): string[] {
  const names = new Uint8Array(NAMES_BYTES);
  coreIfThere()?.environment_names(cString(prefix), names, names.length);
  return textOf(names).split(" ").filter((name) => name !== "");
}

/**
 * Whether this process was started so that it outlives its terminal, as `nohup` does. To be asked
 * before a signal is listened for: Deno then takes SIGHUP for itself. It was not, as far as one can
 * tell, where the bridge cannot be loaded.
 */
export function hangupIsIgnored(): boolean {
  return coreIfThere()?.hangup_is_ignored() === 1;
}

function coreIfThere(): CoreCalls | undefined {
  try {
    return core();
  } catch (error) {
    const unavailable = error instanceof CaptureVideoError ||
      error instanceof Deno.errors.NotCapable;
    if (unavailable) return undefined;
    throw error;
  }
}
