/**
 * Percent signs, as in URLs.
 *
 * @example
 * ```ts
 * import { unescaped } from "./unescaped.ts";
 *
 * console.assert(unescaped("studio%20(2)") === "studio (2)");
 * console.assert(unescaped("100%") === "100%");
 * ```
 * @module
 */

/** The text without its escapes; what has one that is not valid stands for itself. */
export function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
