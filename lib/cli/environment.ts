/**
 * Environment variables, by name: a program may read those that its task lists, and no others.
 *
 * @module
 */

import { UsageError } from "../flow/errors.ts";
import { environmentNamesWith } from "../opencv/process.ts";
import { optionsNamed, type Source } from "./given.ts";
import { ENVIRONMENT_PREFIX, environmentNameOf, environmentNames } from "./names.ts";
import type { OptionTable, ProgramOptions } from "./option.ts";

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

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

/** Whether the environment names a display, as it does on Linux where there is one. */
export function namesDisplay(): boolean {
  return ["DISPLAY", "WAYLAND_DISPLAY"].some((name) => Boolean(environmentVariable(name)));
}

/** The variables of the programs: of their options, and whatever else is set and looks like one. */
export function readEnvironment(options: OptionTable): Environment {
  const names = [...environmentNames(options), ...environmentNamesWith(ENVIRONMENT_PREFIX)];
  return Object.fromEntries(names.map((name) => [name, environmentVariable(name)]));
}

/** What the environment gives to a program. An empty variable counts as none. */
export function parseEnvironment(spec: ProgramOptions, variables: Environment): Source {
  const entries = Object.entries(variables).flatMap(([name, text]) =>
    name.startsWith(ENVIRONMENT_PREFIX) && text ? [{ name, label: name, text }] : []
  );
  return optionsNamed(spec, entries, environmentNameOf);
}
