/**
 * capturevideo.json: one object, an option's name for each key. One file serves all programs, so
 * each takes its own options from it and leaves those of the others alone.
 *
 * @module
 */

import { printable } from "../text/printable.ts";
import { flagOf } from "./names.ts";
import type { OptionTable, ProgramOptions } from "./option.ts";
import { didYouMean, suggest } from "./suggest.ts";
import { shown } from "./values.ts";

/** The file's name, in the directory in which a program is started. */
export const CONFIG_FILE_NAME = "capturevideo.json";

/** A configuration file that has been read. */
export interface ConfigFile {
  /** How messages call it. */
  readonly path: string;
  readonly text: string;
}

/** What a configuration file says to one program. */
export interface ConfigValues {
  readonly given: ReadonlyMap<string, unknown>;
  /** A line for each part that cannot be understood. */
  readonly problems: readonly string[];
}

/** Reads a configuration file for one program. Whether the values are allowed is not decided here. */
export function parseConfigFile(
  { program, options }: ProgramOptions,
  file: ConfigFile,
): ConfigValues {
  const given = new Map<string, unknown>();
  const problems: string[] = [];
  for (const [key, value] of Object.entries(readObject(file, problems))) {
    const label = labelIn(file, key);
    const option = Object.hasOwn(options, key) ? options[key] : undefined;
    if (option === undefined) {
      const suggestion = suggestKey(options, key);
      problems.push(
        `${label} is not an option` + didYouMean(suggestion && JSON.stringify(suggestion)),
      );
    } else if (!option.programs.includes(program)) {
      continue;
    } else if (option.commandLineOnly) {
      problems.push(`${label} can only be given on the command line, as ${flagOf(key)}`);
    } else {
      given.set(key, value);
    }
  }
  return { given, problems };
}

/** How messages call a key of the file: `"quality" in capturevideo.json`. */
export function labelIn(file: ConfigFile, key: string): string {
  return `${shown(key)} in ${file.path}`;
}

/** What the file holds; nothing, with a line that says why, where that is no object. */
function readObject({ path, text }: ConfigFile, problems: string[]): object {
  try {
    // Editors on Windows put a byte order mark in front.
    const content: unknown = JSON.parse(text.replace(/^\uFEFF/, ""));
    if (typeof content === "object" && content !== null && !Array.isArray(content)) return content;
    problems.push(`${path} must be an object such as { "port": 5000 }, not ${shown(content)}`);
  } catch (error) {
    problems.push(`${path} is not JSON: ${printable((error as SyntaxError).message)}`);
  }
  return {};
}

function suggestKey(options: OptionTable, key: string): string | undefined {
  const camelCase = key.replaceAll(/(?<=.)[-_]+(.)/g, (_, c: string) => c.toUpperCase());
  return suggest(camelCase, Object.keys(options).filter((name) => !options[name]?.commandLineOnly));
}
