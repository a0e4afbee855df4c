/**
 * What a host is called in its network, as people write it.
 *
 * @module
 */

import type { TextForm } from "./option.ts";

/** The longest name that the network carries, in bytes of UTF-8. */
export const MAX_NAME_BYTES = 63;

/** Letters of any script, digits and most signs; dots and colons would make it an address. */
const NAME = /^(?![\s])[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}.:/@\\[\]"'%]+(?<!\s)$/u;

const encoder = new TextEncoder();

/** What `--name` accepts. */
export const HOST_NAME_FORM: TextForm = {
  pattern: NAME,
  says: "a name without . : / @ % \\ brackets and quotes, such as studio",
  hint: (text) =>
    byteLength(text) > MAX_NAME_BYTES ? `have at most ${MAX_NAME_BYTES} bytes` : undefined,
};

/** How many bytes a text has in UTF-8. */
export function byteLength(text: string): number {
  return encoder.encode(text).length;
}

/**
 * Whether a text can only be a host's name in the network, or a name that a name server knows: not
 * an address, and nothing with dots.
 */
export function canBeHostName(text: string): boolean {
  return NAME.test(text) && byteLength(text) <= MAX_NAME_BYTES &&
    text.toLowerCase() !== "localhost";
}
