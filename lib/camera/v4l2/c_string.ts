/**
 * Texts as C has them.
 *
 * @module
 */

/** A text as UTF-8 with a zero at its end. */
export function toCString(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text + "\0");
}

/** The text in a field of fixed size, up to its zero if it has one. */
export function fromCString(field: Uint8Array): string {
  const end = field.indexOf(0);
  return new TextDecoder().decode(field.subarray(0, end < 0 ? field.length : end));
}
