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

/** The most cameras that a host may have: as many as WELCOME has room for. */
export const MAX_CAMERAS = 64;

/** A name by itself. */
export const CAMERA_NAME_FORM: TextForm = {
  pattern: new RegExp(`^${NAME.source}$`, "u"),
  says: "a name of at most 32 letters, digits, - and _, such as desk",
};

/** Whether two names are one: large letters are not told from small ones, as in hosts' names. */
export function isSameCamera(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** `desk=/dev/video2`. No path and no URL begins so; a file called that is `./desk=…`. */
const NAMED_SOURCE = new RegExp(`^(?<name>${NAME.source})=(?<source>.*)$`, "su");

/** What `--source` accepts. */
export const SOURCE_FORM: TextForm = {
  pattern: /[^]/,
  says: "a text that is not empty",
  hint: (text) =>
    splitSource(text).source === "" && text !== ""
      ? `have a source behind the =, as in ${text}0`
      : undefined,
};

/** A source and its camera's name, where one stands in front: `desk=/dev/video2`. */
export function splitSource(text: string): { name: string | undefined; source: string } {
  const { name, source = text } = NAMED_SOURCE.exec(text)?.groups ?? {};
  return { name, source };
}
