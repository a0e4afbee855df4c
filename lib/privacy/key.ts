/**
 * The key of a private host: 80 random bits as 16 characters that can be read out and typed.
 *
 * The letters are those of Crockford's base 32, which leaves out I, L, O and U; whoever reads one
 * of them off has seen its double, 1, 0 or V.
 *
 * @example
 * ```ts
 * import { newKey, parseKey, shownKey } from "./key.ts";
 *
 * const key = newKey();
 * console.assert(parseKey(shownKey(key).toLowerCase()) === key);
 * ```
 * @module
 */

/** How many characters a key has, five bits each. */
export const KEY_CHARACTERS = 16;

const GROUP_CHARACTERS = 4;

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** Letters that are in no key, and what they were taken for. */
const DOUBLES: Readonly<Record<string, string>> = { I: "1", L: "1", O: "0", U: "V" };

/** Completes "must be …" for {@linkcode parseKey}. */
export const KEY_RULE = "16 letters and digits, such as 7K2M-Q9XD-4RTV-H3WB";

/** A new key, in the form that proofs are made of: 16 characters, nothing between them. */
export function newKey(): string {
  // 32 divides 256: each character is as likely as the others.
  const random = crypto.getRandomValues(new Uint8Array(KEY_CHARACTERS));
  return Array.from(random, (byte) => ALPHABET[byte % ALPHABET.length]).join("");
}

/** A key in groups, for people: `7K2M-Q9XD-4RTV-H3WB`. */
export function shownKey(key: string): string {
  const groups: string[] = [];
  for (let at = 0; at < key.length; at += GROUP_CHARACTERS) {
    groups.push(key.slice(at, at + GROUP_CHARACTERS));
  }
  return groups.join("-");
}

/**
 * The key that somebody typed, however it is spaced and in whatever case.
 *
 * @returns `undefined` where it is none
 */
export function parseKey(text: string): string | undefined {
  // What is far too long is not looked at.
  const letters = text.slice(0, 8 * KEY_CHARACTERS).toUpperCase().replace(/[\s\p{Dash}]/gu, "");
  const key = letters.replace(/[ILOU]/g, (letter) => DOUBLES[letter]!);
  const isKey = key.length === KEY_CHARACTERS && [...key].every((one) => ALPHABET.includes(one));
  return isKey && text.length <= 8 * KEY_CHARACTERS ? key : undefined;
}
