/**
 * "Did you mean …?"
 *
 * @module
 */

import { Command } from "commander";

/**
 * The candidate that was probably meant, if there is one: the only beginning that fits, or what
 * commander takes for a slip of the keys.
 *
 * @example
 * ```ts
 * import { suggest } from "./suggest.ts";
 *
 * console.assert(suggest("qualty", ["quality", "port"]) === "quality");
 * ```
 */
export function suggest(word: string, candidates: readonly string[]): string | undefined {
  const wanted = bare(word);
  const beginnings = candidates.filter((candidate) => bare(candidate).startsWith(wanted));
  if (wanted !== "" && beginnings.length === 1) return beginnings[0];
  const meant = suggestFlag(`--${wanted}`, candidates.map((candidate) => `--${bare(candidate)}`));
  return candidates.find((candidate) => `--${bare(candidate)}` === meant);
}

/** Commander suggests options, and only to those who give it a wrong one. */
function suggestFlag(flag: string, flags: readonly string[]): string | undefined {
  const command = new Command().helpOption(false).exitOverride()
    .configureOutput({ writeErr: () => {} });
  for (const known of new Set(flags)) command.option(known);
  try {
    command.parse([flag], { from: "user" });
    return flag;
  } catch (error) {
    return /\(Did you mean (?:one of )?([^,]+).*\?\)$/.exec((error as Error).message)?.[1];
  }
}

/** A word as it is compared: the dashes of flags would make all of them alike. */
function bare(word: string): string {
  return word.toLowerCase().replace(/^-+/, "");
}

/** `; did you mean …?`, or nothing: to be put behind a message. */
export function didYouMean(suggestion: string | undefined): string {
  return suggestion === undefined ? "" : `; did you mean ${suggestion}?`;
}
