/**
 * What a service lacks on this computer, and what to type.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { parseSource } from "../camera/source_spec.ts";
import { CaptureVideoError } from "../flow/errors.ts";
import type { RunCommand } from "../setup/apt.ts";

/** Who may use cameras. */
const CAMERA_GROUP = "video";

/** Here systemd notes whose managers run from the start of the computer on. */
const LINGERING = "/var/lib/systemd/linger";

/** Permission of everybody: to enter a folder and list it. */
const ENTER_AND_LIST = 0o005;

/**
 * Looks whether a service that is nobody known may read what it runs.
 *
 * @throws {CaptureVideoError} `service`: it may not
 */
export async function checkReadable(folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    const { mode } = await Deno.stat(folder);
    if (mode === null || (mode & ENTER_AND_LIST) === ENTER_AND_LIST) continue;
    throw new CaptureVideoError(
      "service",
      `Cannot run a service from ${folder}: others may not read it; "chmod -R o+rX ${folder}" ` +
        "lets them, and --user makes a service of your own",
    );
  }
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
