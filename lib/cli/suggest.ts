/**
 * "Did you mean …?"
 *
 * @module
 */

/** How many typing slips a suggestion may be away: more is another word. */
const MAX_SLIPS = 3;

/**
 * The candidate that was probably meant, if there is one: at most {@linkcode MAX_SLIPS} slips away
 * and more alike than not, or the only beginning that fits.
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

  let best: string | undefined;
  let fewest = MAX_SLIPS + 1;
  for (const candidate of candidates) {
    const slips = slipsBetween(wanted, bare(candidate));
    const alike = 2 * slips < Math.max(wanted.length, bare(candidate).length);
    if (alike && slips < fewest) [best, fewest] = [candidate, slips];
  }
  return best;
}

/** A word as it is compared: the dashes of flags would make all of them alike. */
function bare(word: string): string {
  return word.toLowerCase().replace(/^-+/, "");
}

/** `; did you mean …?`, or nothing: to be put behind a message. */
export function didYouMean(suggestion: string | undefined): string {
  return suggestion === undefined ? "" : `; did you mean ${suggestion}?`;
}

/**
 * The number of slips that turn one word into the other: a letter too many, too few, wrong, or
 * two neighbours swapped (the optimal string alignment distance).
 */
export function slipsBetween(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let slips = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        slips = Math.min(slips, beforeLast[j - 2]! + 1);
      }
      row.push(slips);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
