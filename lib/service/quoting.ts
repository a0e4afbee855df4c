/**
 * Texts as they stand in a unit of systemd, so that they mean there what they mean here.
 *
 * @example
 * ```ts
 * import { argument } from "./quoting.ts";
 *
 * console.assert(argument("--source=100% $HOME") === '"--source=100%% $$HOME"');
 * ```
 * @module
 */

/** What means nothing but itself, wherever it stands. */
const PLAIN = /^[\w@+=,./-]+$/;

/** Backslashes and quotes, and what has no place in a line. */
const SPECIAL = /[\\"\p{Cc}]/gu;

/** A text that is taken as it stands, but for specifiers: `%h` would be the user's home folder. */
export function verbatim(text: string): string {
  return text.replaceAll("%", "%%");
}

/** One word of several. */
export function word(text: string): string {
  return PLAIN.test(text) ? text : `"${verbatim(text).replace(SPECIAL, escaped)}"`;
}

/** One word of a command line behind its program, where variables would be replaced as well. */
export function argument(text: string): string {
  return word(text).replaceAll("$", "$$$$");
}

function escaped(character: string): string {
  if (character === "\\" || character === '"') return `\\${character}`;
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
}
