/**
 * The version of the programs, in this one place.
 *
 * @module
 */

/** What `--version` prints; it follows semantic versioning. */
export const VERSION = "0.1.0";
