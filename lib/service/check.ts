/**
 * What a host can be asked for, and a service cannot.
 *
 * @module
 */

import { UsageError } from "../flow/errors.ts";

/** The options that it is about. */
export interface LastingSettings {
  readonly port: number;
  readonly web: number | undefined;
  readonly preview: boolean | undefined;
  readonly qr: boolean;
  readonly stats: "off" | "line" | "json";
}

/**
 * Looks whether the options make sense for a program that nobody sees, and that is started again.
 *
 * @throws {UsageError} one of them does not
 */
export function checkLasting({ port, web, preview, qr, stats }: LastingSettings): void {
  const free = port === 0 ? "port" : web === 0 ? "web" : undefined;
  if (free) {
    throw new UsageError(
      `--${free} 0 would be another port after each start, and guests would not come back; name one`,
    );
  }
  if (preview) throw new UsageError("--preview needs a display, and a service has none");
  if (qr) throw new UsageError("--qr draws on a terminal, and a service has none");
  if (stats !== "off") {
    throw new UsageError(
      `--stats ${stats} would fill the journal, a line a second; --web serves /state and /metrics`,
    );
  }
}

/**
 * Looks whether a service of one user is asked for by that user.
 *
 * @param sudoUser who has typed sudo, as that says
 * @throws {UsageError} it would be root's
 */
export function checkUser(sudoUser: string | undefined): void {
  if (sudoUser === undefined || sudoUser === "root") return;
  throw new UsageError(`--user makes a service of whoever types it: leave sudo out, ${sudoUser}`);
}

/**
 * Looks whether the keys of other hosts reach the service.
 *
 * @param keyFiles those of the cameras, by their absolute paths
 * @param common the one that is given for all of them
 * @throws {UsageError} one is for one camera alone: a service of the system is handed the files of
 * its command line only, and that is stronger than what capturevideo.json gives to a camera
 */
export function checkKeyFiles(
  keyFiles: readonly string[],
  { common, isUser }: { common: string | undefined; isUser: boolean },
): void {
  const own = keyFiles.find((path) => path !== common);
  if (own === undefined || (isUser && common === undefined)) return;
  throw new UsageError(
    `${own}: a service has one --source-key-file for all cameras; with --user, each may have its ` +
      "own in capturevideo.json instead",
  );
}
