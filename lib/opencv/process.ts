/**
 * What the system knows about this process and Deno only tells a program that may read everything.
 *
 * @module
 */

import { core, cString, ifThere, system, textOf } from "./ffi.ts";

/** Whether the bridge loads; for what can do with less, and says so. */
export function openCvIsThere(): boolean {
  return ifThere(core) !== undefined;
}

/** Room for the names: far more than anybody sets. */
const NAMES_BYTES = 16_384;

/**
 * The names of the environment variables that begin with `prefix`; their values are asked of Deno.
 * None where the bridge cannot be loaded: who needs it says so.
 */
export function environmentNamesWith(prefix: string): string[] {
  const names = new Uint8Array(NAMES_BYTES);
  ifThere(system)?.environment_names(cString(prefix), names, names.length);
  return textOf(names).split(" ").filter((name) => name !== "");
}

/**
 * Whether this process was started so that it outlives its terminal, as `nohup` does. To be asked
 * before a signal is listened for: Deno then takes SIGHUP for itself. It was not, as far as one can
 * tell, where the bridge cannot be loaded.
 */
export function hangupIsIgnored(): boolean {
  return ifThere(system)?.hangup_is_ignored() === 1;
}

/** Whether the service manager can be told anything. */
export function canNotifyServiceManager(): boolean {
  return ifThere(system) !== undefined;
}

/**
 * Tells the service manager that has started this process how it is, as sd_notify(3) does.
 *
 * @param state `READY=1`, for example
 * @returns whether it was told: there is none, or no bridge, or it does not listen
 */
export function notifyServiceManager(state: string): boolean {
  return ifThere(system)?.service_notify(cString(state)) === 1;
}

/**
 * How long the service manager waits for a sign of life before it ends this process, in
 * milliseconds; `undefined` where it does not.
 */
export function watchdogMs(): number | undefined {
  const micros = ifThere(system)?.service_watchdog_micros() ?? 0;
  return micros > 0 ? micros / 1000 : undefined;
}
