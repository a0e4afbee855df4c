/**
 * Folders for a test alone.
 *
 * @module
 */

import { PROJECT_DIRECTORY } from "../../lib/setup/tasks.ts";

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
