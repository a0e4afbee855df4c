/**
 * Why a camera cannot be used, in words that say what to do: the ends of sentences that begin with
 * "Cannot open camera 0: ".
 *
 * @module
 */

import { ERRNO, type SystemError, usersOf } from "./driver.ts";

/** Explains why opening a device node failed. */
export function explainOpenError({ errno, reason }: SystemError, path: string): string {
  switch (errno) {
    case ERRNO.EACCES:
    case ERRNO.EPERM:
      return explainPermission(path, usersOf(path).group);
    case ERRNO.EBUSY:
      return explainBusy(usersOf(path).holders);
    case ERRNO.ENOENT:
      return `there is no ${path}`;
    case ERRNO.ENODEV:
    case ERRNO.ENXIO:
      return "it has been disconnected";
    default:
      return reason;
  }
}

/** Explains why starting the stream failed. */
export function explainStreamError({ errno, reason }: SystemError, path: string): string {
  switch (errno) {
    case ERRNO.EBUSY:
      return explainBusy(usersOf(path).holders);
    case ERRNO.ENOSPC:
      return "its USB port has no bandwidth left for this size; try a smaller one, " +
        "--format mjpg, or another port";
    case ERRNO.ENODEV:
    case ERRNO.ENXIO:
      return "it has been disconnected";
    default:
      return `its driver does not start the stream: ${reason}`;
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
