/**
 * Bytes as hexadecimal digits.
 *
 * JavaScript's own `Uint8Array.fromHex` and `toHex` are not used by the programs: the runtime of
 * Deno 2.4, in which single binaries are tested (`deno task test:binaries`), has neither.
 *
 * @example
 * ```ts
 * import { bytesOf, hexOf } from "./hex.ts";
 *
 * console.assert(hexOf(bytesOf("ffd8")) === "ffd8");
 * ```
 * @module
 */

/** Two digits for each byte, in small letters. */
export function hexOf(bytes: Iterable<number>): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The bytes of an even number of digits. */
export function bytesOf(digits: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
