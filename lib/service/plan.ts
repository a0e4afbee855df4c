/**
 * From the settings of a host, and what this computer is, to what stands in the unit.
 *
 * @module
 */

import { resolve } from "node:path";
import { canNotifyServiceManager } from "../opencv/process.ts";
import type { RunCommand } from "../setup/run_command.ts";
import { PROJECT_DIRECTORY, taskArguments } from "../setup/tasks.ts";
import { checkKeyFiles } from "./check.ts";
import type { HostArguments } from "./host_arguments.ts";
import { filmsAmong, hiddenAmong, type Places } from "./places.ts";
import { systemdVersion, usersHaveNamespaces } from "./system.ts";
import type { Unit } from "./unit.ts";

/** The first port that is not root's. */
const FIRST_FREE_PORT = 1024;

/** What of the settings it is about. */
export interface PlannedSettings {
  readonly cameras: readonly {
    readonly source: string;
    readonly sourceKeyFile?: string | undefined;
  }[];
  readonly maxGuests: number;
  readonly port: number;
  readonly web: number | undefined;
}

/** What else is known. */
export interface PlanOptions {
  /** Whether it is a service of one user. */
  readonly isUser: boolean;
  /** The host's command line. */
  readonly host: HostArguments;
  readonly places: Places;
  /** Runs what tells of this computer. */
  readonly run: RunCommand;
}

/**
 * The unit that runs this project where it is, with the Deno that runs now.
 *
 * @throws {UsageError} a source cannot be meant, or a key's file would not reach the host
 */
export async function planUnit(
  { cameras, maxGuests, port, web }: PlannedSettings,
  { isUser, host: { args, files }, places: { denoFolder, secretsFile }, run }: PlanOptions,
): Promise<Unit> {
  const [program, folder] = [Deno.execPath(), PROJECT_DIRECTORY];
  const [command = "", ...rest] = taskArguments("host");
  const films = filmsAmong(cameras.map(({ source }) => source), folder);
  const keyFiles = cameras.flatMap(({ sourceKeyFile: path }) =>
    path ? [resolve(folder, path)] : []
  );
  const common = files.find(({ name }) => name === "source-key-file")?.path;
  checkKeyFiles(keyFiles, { common, isUser });
  const named = isUser ? [...files.map(({ path }) => path), ...keyFiles] : [];
  return {
    ...{ isUser, program, folder, denoFolder, secretsFile, files },
    // Nothing is fetched when a service starts.
    programArgs: [command, "--cached-only", ...rest],
    hostArgs: args,
    visible: hiddenAmong([folder, program, denoFolder, ...films, ...named]),
    cameras: cameras.length,
    guests: maxGuests,
    hasRootPorts: [port, web ?? port].some((number) => number < FIRST_FREE_PORT),
    speaks: canNotifyServiceManager(),
    systemd: await systemdVersion(run),
    hasUserNamespaces: await usersHaveNamespaces(run),
  };
}
