/**
 * capturevideo.json: one object, an option's name for each key. One file serves all programs, so
 * each takes its own options from it and leaves those of the others alone.
 *
 * @module
 */

import type { OptionName } from "../../settings.ts";
import { findJsonError, positionOf } from "./json_syntax.ts";
import { ALL_OPTION_NAMES, definitionFor, flagOf, programsWith } from "./names.ts";
import type { Program } from "./option.ts";
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
  readonly given: ReadonlyMap<OptionName, unknown>;
  /** A line for each part that cannot be understood. */
  readonly problems: readonly string[];
}

/** Reads a configuration file for one program. Whether the values are allowed is not decided here. */
export function parseConfigFile(program: Program, file: ConfigFile): ConfigValues {
  // Editors on Windows put a byte order mark in front.
  const text = file.text.replace(/^\uFEFF/, "");
  const given = new Map<OptionName, unknown>();
  const index = findJsonError(text);
  if (index !== undefined) {
    const { line, column } = positionOf(text, index);
    const found = index === text.length
      ? "end of the file"
      : shown(String.fromCodePoint(text.codePointAt(index)!));
    return {
      given,
      problems: [`${file.path} is not JSON: unexpected ${found} in line ${line}, column ${column}`],
    };
  }

  const content: unknown = JSON.parse(text);
  if (typeof content !== "object" || content === null || Array.isArray(content)) {
    return {
      given,
      problems: [`${file.path} must be an object such as { "port": 5000 }, not ${shown(content)}`],
    };
  }

  const problems: string[] = [];
  for (const [key, value] of Object.entries(content)) {
    const label = labelIn(file, key);
    const name = ALL_OPTION_NAMES.find((name) => name === key);
    if (name === undefined) {
      const suggestion = suggestKey(key);
      problems.push(
        `${label} is not an option` + didYouMean(suggestion && JSON.stringify(suggestion)),
      );
    } else if (!programsWith(name).includes(program)) {
      continue;
    } else if (definitionFor(program, name).commandLineOnly) {
      problems.push(`${label} can only be given on the command line, as ${flagOf(name)}`);
    } else {
      given.set(name, value);
    }
  }
  return { given, problems };
}

/** How messages call a key of the file: `"quality" in capturevideo.json`. */
export function labelIn(file: ConfigFile, key: string): string {
  return `${shown(key)} in ${file.path}`;
}

function suggestKey(key: string): string | undefined {
  const camelCase = key.replaceAll(
    /(?<=.)[-_]+(.)/g,
    (_, c: string) => c.toUpperCase(),
  );
  return suggest(camelCase, ALL_OPTION_NAMES.filter((name) => !isCommandLineOnly(name)));
}

function isCommandLineOnly(name: OptionName): boolean {
  return definitionFor(programsWith(name)[0]!, name).commandLineOnly === true;
}
