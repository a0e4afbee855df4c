/**
 * Text that comes from elsewhere, made fit for one line on a terminal.
 *
 * @example
 * ```ts
 * import { printable } from "./printable.ts";
 *
 * console.assert(printable("\x1b[2Jcamera\nlost") === "\uFFFD[2Jcamera lost");
 * ```
 * @module
 */

/** Tabs, and what ends a line or a paragraph. */
const BREAKS = /[\t-\r\x85\p{Zl}\p{Zp}]+/gu;

/** Control characters, and what turns the writing direction. */
const UNSAFE = /[\p{Cc}\p{Bidi_Control}]/gu;

/**
 * The text on one line: every break is a space, and every character that could move the cursor,
 * recolour the screen or reorder what is read is U+FFFD; lone surrogates likewise.
 */
export function printable(text: string): string {
  return text.toWellFormed().replace(BREAKS, " ").replace(UNSAFE, "\uFFFD");
}

/** The number of characters (Unicode code points, as `len` counts in Python). */
export function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** The first `maxCharacters` code points of the text, an ellipsis for the last when it is longer. */
export function shorten(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  const characters = [...text];
  if (characters.length <= maxCharacters) return text;
  return characters.slice(0, maxCharacters - 1).join("") + "…";
}

/** What a shell takes as it stands. */
const PLAIN_WORD = /^[\p{L}\p{N}._:%@[\]-]+$/u;

/** What cmd or PowerShell makes something of between double quotes, the only ones they share. */
const NEVER_PLAIN_ON_WINDOWS = /["$%`\\“”„]/g;

/**
 * One word of a command that people may copy: whatever is in it, a shell makes nothing of it. For
 * the shells of Windows, what cannot be quoted becomes a question mark.
 */
export function shellWord(text: string, system: typeof Deno.build.os = Deno.build.os): string {
  const word = printable(text);
  if (PLAIN_WORD.test(word)) return word;
  return system === "windows"
    ? `"${word.replaceAll(NEVER_PLAIN_ON_WINDOWS, "?")}"`
    : `'${word.replaceAll("'", "'\\''")}'`;
}
