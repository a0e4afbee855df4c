/**
 * Where this user's configuration is kept.
 *
 * @module
 */

import { CaptureVideoError } from "../flow/errors.ts";

const NAME = "capturevideo";

/** Reads an environment variable. */
export type ReadVariable = (name: string) => string | undefined;

/**
 * The folder of this program's own files, below that of the user's configuration: `XDG_CONFIG_HOME`
 * or `~/.config`; on macOS `~/Library/Application Support`, on Windows `%APPDATA%`.
 *
 * @throws {CaptureVideoError} `identity`, where the system does not say where that is
 */
export function userFolder(
  system: typeof Deno.build.os = Deno.build.os,
  read: ReadVariable = (name) => Deno.env.get(name),
): string {
  if (system === "windows") return `${variable("APPDATA", read)}\\${NAME}`;
  if (system === "darwin") return `${variable("HOME", read)}/Library/Application Support/${NAME}`;
  const configuration = read("XDG_CONFIG_HOME");
  // A path that is not absolute is to be ignored, says the specification.
  return configuration?.startsWith("/")
    ? `${configuration}/${NAME}`
    : `${variable("HOME", read)}/.config/${NAME}`;
}

function variable(name: string, read: ReadVariable): string {
  const value = read(name);
  if (value) return value;
  throw new CaptureVideoError(
    "identity",
    `Cannot find the folder for keys: the environment variable ${name} is not set`,
  );
}
