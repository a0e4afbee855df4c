/**
 * The three spellings of an option, all made from its name in the table.
 *
 * @example
 * ```ts
 * import { environmentNameOf, flagOf } from "./names.ts";
 *
 * console.assert(flagOf("maxGuests") === "--max-guests");
 * console.assert(environmentNameOf("maxGuests") === "CAPTUREVIDEO_MAX_GUESTS");
 * ```
 * @module
 */

import type { OptionDefinition, OptionTable, Program, ProgramOptions } from "./option.ts";

/** What every environment variable of the programs begins with. */
export const ENVIRONMENT_PREFIX = "CAPTUREVIDEO_";

/** The option on the command line: `maxGuests` is `--max-guests`. */
export function flagOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The flag that turns an option off: `--preview` is `--no-preview`. */
export function negative(flag: string): string {
  return flag.replace("--", "--no-");
}

/** The flags of an option: one, or two where it can be turned off. */
export function flagsOf(
  name: string,
  { kind, commandLineOnly }: OptionDefinition,
): [flag: string, ...negativeFlag: string[]] {
  const flag = flagOf(name);
  return kind === "boolean" && !commandLineOnly ? [flag, negative(flag)] : [flag];
}

/** The option in the environment: `maxGuests` is `CAPTUREVIDEO_MAX_GUESTS`. */
export function environmentNameOf(name: string): string {
  return ENVIRONMENT_PREFIX + name.replaceAll(/[A-Z]/g, "_$&").toUpperCase();
}

/**
 * The options of a program as it has them, in the order of the table. Those of a service are its own,
 * and of the host's those that hold for longer than one call.
 */
export function optionsOf({ program, options }: ProgramOptions): Map<string, OptionDefinition> {
  const own = optionsWith(options, program);
  if (program !== "service") return new Map(own);
  const lasting = optionsWith(options, "host").filter(([, option]) => !option.commandLineOnly);
  return new Map([...lasting, ...own]);
}

/** The options that the table gives to a program. */
function optionsWith(options: OptionTable, program: Program): [string, OptionDefinition][] {
  return Object.entries(options)
    .filter(([, { programs }]) => programs.includes(program))
    // That an override fits the kind is for the table's author to see to.
    .map(([name, option]) => [
      name,
      { ...option, ...option.perProgram?.[program] } as OptionDefinition,
    ]);
}

/** The environment variables of a table's options: what `--allow-env` must give. */
export function environmentNames(options: OptionTable): string[] {
  return Object.keys(options)
    .filter((name) => !options[name]?.commandLineOnly && !options[name]?.fileOnly)
    .map(environmentNameOf);
}
