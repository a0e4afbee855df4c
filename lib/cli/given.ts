/**
 * What the command line, the environment and capturevideo.json give to a program, in one form.
 *
 * @module
 */

import { environmentNameOf, flagOf, optionsOf } from "./names.ts";
import type { ProgramOptions } from "./option.ts";
import { didYouMean, suggest } from "./suggest.ts";
import { shown } from "./values.ts";

/** One option as one source gives it: a text, which stands for a value, or a value. */
export type Given = ({ readonly text: string } | { readonly value: unknown }) & {
  readonly name: string;
  /** How messages call it: `--quality`, `CAPTUREVIDEO_QUALITY`, … */
  readonly label: string;
};

/** What a source gives to one of several cameras alone. */
export interface CameraGiven {
  readonly name: string;
  readonly given: readonly Given[];
}

/** All that a source gives. Whether the values are allowed is not decided there. */
export interface Source {
  readonly given: readonly Given[];
  /** A line for each part that cannot be understood. */
  readonly problems: readonly string[];
  /** The cameras that it names with options of their own, in order. */
  readonly cameras?: readonly CameraGiven[];
}

/**
 * Finds the options behind the names in the environment or in capturevideo.json. These serve all
 * programs, so the options of the others are left alone.
 *
 * @param entries with the names as they are spelled there
 * @param spell an option's name as it is spelled there
 */
export function optionsNamed(
  spec: ProgramOptions,
  entries: readonly Given[],
  spell: (name: string) => string,
): Source {
  const own = optionsOf(spec);
  const names = Object.keys(spec.options);
  const given: Given[] = [];
  const problems: string[] = [];
  for (const entry of entries) {
    const { label } = entry;
    const name = names.find((name) => spell(name) === entry.name);
    if (name === undefined) {
      const known = names.filter((name) => !spec.options[name]?.commandLineOnly).map(spell);
      problems.push(`${label} is not an option` + didYouMean(suggest(entry.name, known)));
    } else if (spec.options[name]?.commandLineOnly) {
      problems.push(`${label} can only be given on the command line, as ${flagOf(name)}`);
    } else if (spec.options[name]?.environmentOnly && spell !== environmentNameOf) {
      problems.push(`${label} can only be given in the environment, as ${environmentNameOf(name)}`);
    } else if (spec.options[name]?.fileOnly && spell === environmentNameOf) {
      problems.push(`${label} can only be given in capturevideo.json, as ${shown(name)}`);
    } else if (own.has(name)) {
      given.push({ ...entry, name });
    }
  }
  return { given, problems };
}
