/**
 * What the command line, the environment and capturevideo.json give to a program, in one form.
 *
 * @module
 */

import { flagOf, optionsOf } from "./names.ts";
import type { ProgramOptions } from "./option.ts";
import { didYouMean, suggest } from "./suggest.ts";

/** What a source gives for an option: a text, which stands for a value, or a value. */
export type Content = { readonly text: string } | { readonly value: unknown };

/** One option as one source gives it. */
export type Given = Content & {
  readonly name: string;
  /** How messages call it: `--quality`, `CAPTUREVIDEO_QUALITY`, … */
  readonly label: string;
};

/** All that a source gives. Whether the values are allowed is not decided there. */
export interface Source {
  readonly given: readonly Given[];
  /** A line for each part that cannot be understood. */
  readonly problems: readonly string[];
}

/** One entry of a source that is a list of names: the environment, capturevideo.json. */
export type NamedEntry = Content & {
  /** The option's name as it is spelled there. */
  readonly spelled: string;
  readonly label: string;
};

/**
 * Finds the options behind the names of a source. One list of names serves all programs, so those
 * of the others are left alone.
 *
 * @param spell an option's name as this source has it
 */
export function optionsNamed(
  spec: ProgramOptions,
  entries: readonly NamedEntry[],
  spell: (name: string) => string,
): Source {
  const own = optionsOf(spec);
  const names = Object.keys(spec.options);
  const given: Given[] = [];
  const problems: string[] = [];
  for (const { spelled, ...content } of entries) {
    const { label } = content;
    const name = names.find((name) => spell(name) === spelled);
    if (name === undefined) {
      const known = names.filter((name) => !spec.options[name]?.commandLineOnly).map(spell);
      problems.push(`${label} is not an option` + didYouMean(suggest(spelled, known)));
    } else if (spec.options[name]?.commandLineOnly) {
      problems.push(`${label} can only be given on the command line, as ${flagOf(name)}`);
    } else if (own.has(name)) {
      given.push({ name, ...content });
    }
  }
  return { given, problems };
}
