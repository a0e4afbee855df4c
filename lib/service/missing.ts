/**
 * What a service lacks on this computer, and what to type.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { parseSource } from "../camera/source_spec.ts";
import { CaptureVideoError, UsageError } from "../flow/errors.ts";
import type { RunCommand } from "../setup/run_command.ts";
import type { NamedFile } from "./host_arguments.ts";
import { isHidden } from "./places.ts";

/** Who may use cameras. */
const CAMERA_GROUP = "video";

/** Here systemd notes whose managers run from the start of the computer on. */
const LINGERING = "/var/lib/systemd/linger";

/** Permissions of everybody: to read a file, to enter a folder, and to list it as well. */
const READ = 0o004;
const ENTER = 0o001;
const ENTER_AND_LIST = 0o005;

/**
 * Looks whether a service that is nobody known may read what it runs.
 *
 * @param isShown whether systemd shows it a folder by itself, whatever lies above
 * @throws {CaptureVideoError} `service`: it may not
 */
export async function checkReadable(
  folders: readonly string[],
  isShown: (folder: string) => boolean = isHidden,
): Promise<void> {
  const cannot = (folder: string, why: string, command: string) =>
    new CaptureVideoError(
      "service",
      `Cannot run a service from ${folder}: ${why}; "${command}" lets them, and --user makes a ` +
        "service of your own",
    );
  for (const folder of folders) {
    if (!await lets(folder, ENTER_AND_LIST)) {
      throw cannot(folder, "others may not read it", `chmod -R o+rX ${folder}`);
    }
    if (isShown(folder)) continue;
    for (let above = dirname(folder); above !== dirname(above); above = dirname(above)) {
      if (await lets(above, ENTER)) continue;
      throw cannot(folder, `others may not enter ${above}`, `chmod o+x ${above}`);
    }
  }
}

/**
 * Looks whether a service that is nobody known may read the configuration, where there is one.
 *
 * @param path absolute
 * @throws {CaptureVideoError} `service`: it may not
 */
export async function checkConfiguration(path: string, secretsFile: string): Promise<void> {
  if (!existsSync(path) || await lets(path, READ)) return;
  throw new CaptureVideoError(
    "service",
    `Cannot run a service with ${path}: others may not read it; passwords go into ${secretsFile}, ` +
      `then "chmod o+r ${path}" lets them, and --user makes a service of your own`,
  );
}

/**
 * Looks whether the files are there that options name: systemd starts nothing without them.
 *
 * @throws {UsageError} one is not
 */
export function checkFiles(files: readonly NamedFile[]): void {
  const absent = files.find(({ path }) => !existsSync(path));
  if (absent) throw new UsageError(`--${absent.name} ${absent.path}: there is no such file`);
}

/** Whether everybody has a permission on a file or in a folder. */
async function lets(path: string, permission: number): Promise<boolean> {
  const { mode } = await Deno.stat(path);
  return mode === null || (mode & permission) === permission;
}

/** What a user's service lacks, in a line each. */
export async function missingOfUser(
  sources: readonly string[],
  run: RunCommand,
): Promise<string[]> {
  const [user, groups] = await Promise.all(
    ["-un", "-Gn"].map(async (option) => (await run("id", [option])).stdout.trim()),
  );
  const lines: string[] = [];
  const hasCamera = sources.some((source) => parseSource(source).kind === "camera");
  if (hasCamera && !groups?.split(" ").includes(CAMERA_GROUP)) {
    lines.push(
      `you are not in the group ${CAMERA_GROUP}, so it cannot open a camera while you are not ` +
        `logged in here: sudo usermod -aG ${CAMERA_GROUP} ${user}, and log in again`,
    );
  }
  if (!existsSync(`${LINGERING}/${user}`)) {
    lines.push(`it runs while you are logged in; for always: loginctl enable-linger`);
  }
  return lines;
}
