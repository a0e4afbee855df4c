/**
 * A key that a script gives, in a file or in the environment.
 *
 * @module
 */

import { UsageError } from "../flow/errors.ts";
import { KEY_RULE, parseKey } from "./key.ts";
import { readNamedFile } from "./private_file.ts";

/** Where a key may stand. */
export interface KeySources {
  /** What `CAPTUREVIDEO_KEY` says. */
  readonly key: string | undefined;
  /** What `--key-file` names. */
  readonly keyFile: string | undefined;
}

/**
 * The key that was given, if one was.
 *
 * @param variable the environment variable that `key` is of
 * @throws {UsageError} when what stands there is no key; it is not shown
 * @throws {CaptureVideoError} `identity`, when the file cannot be read, or others can read it
 */
export function givenKey(
  { key, keyFile }: KeySources,
  variable = "CAPTUREVIDEO_KEY",
): string | undefined {
  // As with all options, the command line goes before the environment.
  if (keyFile === undefined) return key === undefined ? undefined : asKey(key, variable);
  return asKey(readNamedFile(keyFile, "the key"), `the file ${keyFile}`);
}

function asKey(text: string, where: string): string {
  const key = parseKey(text);
  if (key === undefined) throw new UsageError(`${where} must hold a key: ${KEY_RULE}`);
  return key;
}
