/**
 * What a host's camera is called, as people write it.
 *
 * @module
 */

import type { TextForm } from "./option.ts";

/** What the one camera of a host is called that was given no name. */
export const ONLY_CAMERA = "camera";

/** Letters of any script, digits, dashes: what stands in an address, a URL and a subject alike. */
const NAME = /[\p{L}\p{N}][\p{L}\p{M}\p{N}_-]{0,31}/u;

/** A name by itself. */
export const CAMERA_NAME_FORM: TextForm = {
  pattern: new RegExp(`^${NAME.source}$`, "u"),
  says: "a name of at most 32 letters, digits, - and _, such as desk",
};

/** Whether two names are one: large letters are not told from small ones, as in hosts' names. */
export function isSameCamera(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
