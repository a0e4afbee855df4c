/**
 * What `--help` says of the options: the table in words, with the defaults as they are now.
 *
 * @module
 */

import { environmentNameOf, flagOf, flagsOf, optionsOf } from "./names.ts";
import type { OptionDefinition, ProgramOptions } from "./option.ts";
import { listed, rangeOf } from "./values.ts";

/** How an option is written: `--port <number>`, `--[no-]preview`. */
export function usageOf(name: string, definition: OptionDefinition): string {
  const [flag, negativeFlag] = flagsOf(name, definition);
  switch (definition.kind) {
    case "boolean":
      return negativeFlag === undefined ? flag : flag.replace("--", "--[no-]");
    case "choice":
      return `${flag} <${definition.choices.join("|")}>`;
    case "integer":
    case "number":
      return `${flag} <${definition.unit ?? "number"}>`;
    default:
      return `${flag} <${definition.value}>`;
  }
}

/** What an option does, and behind it its range, its default and its environment variable. */
export function descriptionOf(name: string, definition: OptionDefinition): string {
  const help = definition.help.replaceAll("`", "");
  if (definition.commandLineOnly) return help;
  const range = definition.kind === "integer" || definition.kind === "number"
    ? [rangeOf(definition).replace(/^(of|from) /, "")]
    : [];
  const facts = [...range, `default ${defaultOf(definition)}`, environmentNameOf(name)];
  return `${help} (${facts.join("; ")})`;
}

/** The default as the reader of a help text wants it. */
export function defaultOf(definition: OptionDefinition): string {
  const value = definition.default;
  if (value === undefined) return definition.defaultText ?? "none";
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "object") return value.length === 0 ? "none" : listed(value, "and");
  return String(value);
}

/** Below the options: the other places in which they can stand. */
export function footerOf(spec: ProgramOptions): string {
  // A name of two words shows best how the spellings differ.
  const [name, option] = [...optionsOf(spec)].find(([name, option]) =>
    /[A-Z]/.test(name) && typeof option.default === "number"
  )!;
  return "The name in capitals is the option's environment variable. capturevideo.json in the " +
    `working directory sets options too, as in { "${name}": ${option.default} } for ` +
    `${flagOf(name)} ${option.default}. The command line wins over the environment, the ` +
    "environment over the file, the file over the default.";
}
