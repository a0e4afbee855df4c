/**
 * Environment variables, by name: a program may read those that its task lists, and no others.
 *
 * @module
 */

import { UsageError } from "../flow/errors.ts";
import { environmentNamesWith } from "../opencv/process.ts";
import { ENVIRONMENT_PREFIX, environmentNames } from "./names.ts";
import type { Program } from "./option.ts";

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
export function readEnvironment(program: Program): Record<string, string | undefined> {
  const names = [...environmentNames(program), ...environmentNamesWith(ENVIRONMENT_PREFIX)];
  return Object.fromEntries(names.map((name) => [name, environmentVariable(name)]));
}
