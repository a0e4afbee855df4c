/**
 * Environment variables, by name: a program may read those that its task lists, and no others.
 *
 * @module
 */

import { UsageError } from "../flow/errors.ts";
import { environmentNamesWith } from "../opencv/process.ts";
import { ENVIRONMENT_PREFIX, environmentNameOf, optionsOf } from "./names.ts";
import type { ProgramOptions } from "./option.ts";

/**
 * A variable's text; `undefined` where it is not set.
 *
 * @throws {UsageError} it is set to bytes that are no text
 */
export function environmentVariable(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch (error) {
    if (!(error instanceof Deno.errors.InvalidData)) throw error;
    throw new UsageError(`${name} is not UTF-8; set it to a text that is, or unset it`, {
      cause: error,
    });
  }
}

/** The variables of the programs: those of this one, and whatever else is set and looks like one. */
export function readEnvironment(spec: ProgramOptions): Record<string, string | undefined> {
  const own = [...optionsOf(spec)].filter(([, { commandLineOnly }]) => !commandLineOnly)
    .map(([name]) => environmentNameOf(name));
  const names = [...own, ...environmentNamesWith(ENVIRONMENT_PREFIX)];
  return Object.fromEntries(names.map((name) => [name, environmentVariable(name)]));
}
