/**
 * Why a camera cannot be used, in words that say what to do: the ends of sentences that begin with
 * "Cannot open camera 0: ".
 *
 * @module
 */

import { constants } from "node:os";
import { type SystemError, usersOf } from "./driver.ts";

const { EPERM, ENOENT, ENXIO, EACCES, EBUSY, ENODEV, ENOSPC } = constants.errno;

/**
 * Explains why the system refused.
 *
 * @param otherwise what there is to say where the system's reason means nothing to a camera
 */
export function explainError(
  { errno, reason }: SystemError,
  path: string,
  otherwise = reason,
): string {
  switch (errno) {
    case EACCES:
    case EPERM:
      return explainPermission(path, usersOf(path).group);
    case EBUSY:
      return explainBusy(usersOf(path).holders);
    case ENOENT:
      return `there is no ${path}`;
    case ENOSPC:
      return "its USB port has no bandwidth left for this size; try a smaller one, " +
        "--format mjpg, or another port";
    case ENODEV:
    case ENXIO:
      return "it has been disconnected";
    default:
      return otherwise;
  }
}

/** Explains that only `group`, by name or number, may open the device node. */
export function explainPermission(path: string, group: string): string {
  return `this user may not open ${path}, which belongs to the group ${group}; ` +
    `run: sudo usermod -aG ${group} $USER, and log in again`;
}

/** Explains that these programs have the camera, as far as this user may see. */
export function explainBusy(programs: readonly string[]): string {
  return `it is in use by ${programs.length > 0 ? programs.join(", ") : "another program"}`;
}
