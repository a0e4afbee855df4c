/**
 * Folders for a test alone.
 *
 * @module
 */

import { PROJECT_DIRECTORY } from "../../lib/setup/tasks.ts";
import { outputOf } from "./commands.ts";

/** A folder that is removed with all that is in it. */
export interface TemporaryFolder extends AsyncDisposable {
  /** Absolute, inside the project, where its programs may write. */
  readonly path: string;
}

/** Makes an empty folder. */
export async function temporaryFolder(): Promise<TemporaryFolder> {
  const dir = `${PROJECT_DIRECTORY}/.cache`;
  await Deno.mkdir(dir, { recursive: true });
  const path = await Deno.makeTempDir({ dir });
  return {
    path,
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

/** Makes a FIFO: a pipe that a program writes to, or reads, as if it were a file. */
export async function makeFifo(path: string): Promise<void> {
  await outputOf("sh", ["-c", 'mkfifo "$0"', path]);
}

/** Makes a symbolic link to nowhere. */
export async function makeDeadLink(path: string): Promise<void> {
  await outputOf("sh", ["-c", 'ln -s nowhere/else "$0"', path]);
}
