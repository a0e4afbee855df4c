/**
 * "Did you mean …?"
 *
 * @module
 */

import { Command } from "commander";

/**
 * The candidate that was probably meant, if there is one: the only beginning that fits, or what
 * commander takes for a slip of the keys. Case and signs between the words do not count.
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
  // Commander suggests options, and only to those who give it a wrong one.
  const command = new Command().helpOption(false).exitOverride()
    .configureOutput({ writeErr: () => {} });
  for (const known of new Set(candidates.map(bare))) command.option(`--${known}`);
  try {
    command.parse([`--${wanted}`], { from: "user" });
    return candidates.find((candidate) => bare(candidate) === wanted);
  } catch (error) {
    const [, meant] =
      /\(Did you mean (?:one of )?--([^,]+).*\?\)$/.exec((error as Error).message) ?? [];
    return candidates.find((candidate) => bare(candidate) === meant);
  }
}

/** A word as it is compared. */
function bare(word: string): string {
  return word.toLowerCase().replaceAll(/[-_"]/g, "");
}

/** `; did you mean …?`, or nothing: to be put behind a message. */
export function didYouMean(suggestion: string | undefined): string {
  return suggestion === undefined ? "" : `; did you mean ${suggestion}?`;
}
