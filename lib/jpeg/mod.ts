/**
 * What a JPEG is, in bytes: its markers, where one ends, and how a stream of them is cut.
 *
 * @example
 * ```ts
 * import { findJpeg } from "./mod.ts";
 *
 * console.assert(findJpeg(Uint8Array.of(1, 2, 3)) === undefined);
 * ```
 * @module
 */
export * from "./limits.ts";
export * from "./markers.ts";
export { findJpeg, type FoundJpeg, withEnd } from "./picture.ts";
export * from "./stream.ts";
