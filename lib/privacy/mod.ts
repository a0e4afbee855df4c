/**
 * What a private host needs, to be loaded only where it is one.
 *
 * @example
 * ```ts
 * const { newKey, shownKey } = await import("./mod.ts");
 * console.assert(shownKey(newKey()).length === 19);
 * ```
 * @module
 */

export * from "./host_privacy.ts";
export * from "./identity.ts";
export * from "./incoming.ts";
export * from "./key.ts";
export * from "./key_file.ts";
export * from "./user_folder.ts";
