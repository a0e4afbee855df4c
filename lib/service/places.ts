/**
 * Where things are on this computer, and which of them a service would not see.
 *
 * @module
 */

import { resolve } from "node:path";
import { parseSource } from "../camera/source_spec.ts";
import type { ReadVariable } from "../privacy/user_folder.ts";

/** What a service sees nothing of, or something else. */
const HIDDEN = /^\/(?:home|root|run\/user|tmp|var\/tmp)(?:\/|$)/;

/** Where a service's own files are. */
export interface Places {
  /** Its unit. */
  readonly unitFolder: string;
  /** The secrets that its user may give it. */
  readonly secretsFile: string;
  /** What Deno has fetched and compiled. */
  readonly denoFolder: string;
}

/**
 * Where they are, by what the environment says.
 *
 * @param isUser whether it is a service of one user
 */
export function placesFor(isUser: boolean, read: ReadVariable): Places {
  const home = read("HOME") ?? "";
  const configuration = absolute(read("XDG_CONFIG_HOME")) ?? `${home}/.config`;
  return {
    unitFolder: isUser ? `${configuration}/systemd/user` : "/etc/systemd/system",
    secretsFile: `${isUser ? configuration : "/etc"}/capturevideo/host.env`,
    // As Deno looks for it.
    denoFolder: resolve(
      read("DENO_DIR") || `${absolute(read("XDG_CACHE_HOME")) ?? `${home}/.cache`}/deno`,
    ),
  };
}

/** The films among a host's sources, by the folders or files that it reads. */
export function filmsAmong(sources: readonly string[], folder: string): string[] {
  return sources.flatMap((source) => {
    const spec = parseSource(source);
    if (spec.kind !== "file") return [];
    const path = resolve(folder, spec.path);
    // Pictures by their numbers: `img_%03d.png`.
    return [path.includes("%") ? resolve(path, "..") : path];
  });
}

/** Whether a path has to be shown to a service, which then sees nothing else of its folder. */
export function isHidden(path: string): boolean {
  return HIDDEN.test(path);
}

/** Of some paths those that have to be shown to a service, each once. */
export function hiddenAmong(paths: readonly string[]): string[] {
  const hidden = [...new Set(paths.filter(isHidden))];
  return hidden.filter((path) => !hidden.some((other) => path.startsWith(`${other}/`)));
}

function absolute(path: string | undefined): string | undefined {
  return path?.startsWith("/") ? path : undefined;
}
