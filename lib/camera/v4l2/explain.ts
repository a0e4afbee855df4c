/**
 * Why a camera cannot be used, in words that say what to do: the ends of sentences that begin with
 * "Cannot open camera 0: ".
 *
 * @module
 */

import { describeErrno, ERRNO } from "./libc.ts";
import { groupOf, linkTarget, namesIn, textIn } from "./system_files.ts";

/** Explains why opening a device node failed. */
export function explainOpenError(errno: number, path: string): string {
  switch (errno) {
    case ERRNO.EACCES:
    case ERRNO.EPERM:
      return explainPermission(path, groupOf(path));
    case ERRNO.EBUSY:
      return explainBusy(programsUsing(path));
    case ERRNO.ENOENT:
      return `there is no ${path}`;
    case ERRNO.ENODEV:
    case ERRNO.ENXIO:
      return "it has been disconnected";
    default:
      return describeErrno(errno);
  }
}

/** Explains why starting the stream failed. */
export function explainStreamError(errno: number, path: string): string {
  switch (errno) {
    case ERRNO.EBUSY:
      return explainBusy(programsUsing(path));
    case ERRNO.ENOSPC:
      return "its USB port has no bandwidth left for this size; try a smaller one, " +
        "--format mjpg, or another port";
    case ERRNO.ENODEV:
    case ERRNO.ENXIO:
      return "it has been disconnected";
    default:
      return `its driver does not start the stream: ${describeErrno(errno)}`;
  }
}

/**
 * Explains that this user may not use the camera, and what changes that.
 *
 * @param path the device node
 * @param group the group it belongs to, by name or number
 */
export function explainPermission(path: string, group: string): string {
  return `this user may not open ${path}, which belongs to the group ${group}; ` +
    `run: sudo usermod -aG ${group} $USER, and log in again`;
}

/**
 * Explains who has the camera.
 *
 * @param programs what uses it, as far as this user may see
 */
export function explainBusy(programs: readonly string[]): string {
  return `it is in use by ${programs.length > 0 ? programs.join(", ") : "another program"}`;
}

/**
 * The other programs that hold a device node open, as `name (process 4711)`; only those of this
 * user, unless it is root.
 */
export function programsUsing(path: string): string[] {
  const programs: string[] = [];
  for (const process of namesIn("/proc").filter((name) => /^\d+$/.test(name))) {
    if (Number(process) === Deno.pid) continue;
    const files = namesIn(`/proc/${process}/fd`);
    if (!files.some((file) => linkTarget(`/proc/${process}/fd/${file}`) === path)) continue;
    programs.push(`${textIn(`/proc/${process}/comm`) ?? "a program"} (process ${process})`);
  }
  return programs;
}
