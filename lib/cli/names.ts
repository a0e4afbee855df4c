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

import { type OptionName, OPTIONS } from "../../settings.ts";
import { type OptionDefinition, type Program, PROGRAMS } from "./option.ts";

/** What every environment variable of the programs begins with. */
export const ENVIRONMENT_PREFIX = "CAPTUREVIDEO_";

/** The words of a camelCase name, in lower case. */
function wordsOf(name: string): string[] {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).split(" ");
}

/** The option on the command line: `maxGuests` is `--max-guests`. */
export function flagOf(name: string): string {
  return `--${wordsOf(name).join("-")}`;
}

/** The flag that turns a boolean option off: `preview` is `--no-preview`. */
export function negativeFlagOf(name: string): string {
  return `--no-${wordsOf(name).join("-")}`;
}

/** The option in the environment: `maxGuests` is `CAPTUREVIDEO_MAX_GUESTS`. */
export function environmentNameOf(name: string): string {
  return ENVIRONMENT_PREFIX + wordsOf(name).join("_").toUpperCase();
}

/** Every option of every program. */
export const ALL_OPTION_NAMES = Object.keys(OPTIONS) as readonly OptionName[];

/** The options of a program, in the order of the table. */
export function optionNamesOf(program: Program): OptionName[] {
  return ALL_OPTION_NAMES.filter((name) => programsWith(name).includes(program));
}

/** The programs that have an option. */
export function programsWith(name: OptionName): readonly Program[] {
  return OPTIONS[name].programs;
}

/** An option as one program has it: the table's entry with that program's differences. */
export function definitionFor(program: Program, name: OptionName): OptionDefinition {
  const definition: OptionDefinition = OPTIONS[name];
  return { ...definition, ...definition.perProgram?.[program] };
}

/**
 * The environment variables that a program reads, in the order of the table: what must follow
 * `--allow-env=` where permissions are given one by one.
 *
 * @param program one program, or all of them
 */
export function environmentNames(program?: Program): string[] {
  return ALL_OPTION_NAMES
    .filter((name) => !(OPTIONS[name] as OptionDefinition).commandLineOnly)
    .filter((name) => (program ? [program] : PROGRAMS).some((p) => programsWith(name).includes(p)))
    .map(environmentNameOf);
}
