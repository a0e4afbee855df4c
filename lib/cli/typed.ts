/**
 * What users are told to type.
 *
 * @module
 */

/**
 * A text with tasks in it, as users of this program type it: `deno task guest studio`, or for those
 * of a single binary `capturevideo-guest studio`.
 */
export function asTyped(text: string, isBinary: boolean = Deno.build.standalone): string {
  return isBinary
    ? text.replaceAll(/\bdeno task (?=host|guest|demo|doctor)/g, "capturevideo-")
    : text;
}
