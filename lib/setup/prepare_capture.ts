/**
 * What cameras, films and streams take, installed once the test pattern is there: those packages are
 * two thirds of all, and nobody has to wait for them to see a picture.
 *
 * @module
 */

import { capture, ifThere } from "../opencv/ffi.ts";
import { PROJECT_DIRECTORY, taskArguments } from "./tasks.ts";

/**
 * Installs and builds it where it is missing.
 *
 * Ctrl-C does not reach what it starts: a package that is half installed is trouble for whatever
 * installs the next one.
 *
 * @param report takes a line that says what is going on
 * @returns whether it is there; if not, why has been written to standard error
 */
export async function prepareCapture(report: (line: string) => void): Promise<boolean> {
  if (ifThere(capture) !== undefined) return true;
  report("installing what your own camera takes; this ends when that is done");
  for (const args of [taskArguments("setup"), [...taskArguments("build"), "--quiet"]]) {
    const { success } = await new Deno.Command(Deno.execPath(), {
      args,
      cwd: PROJECT_DIRECTORY,
      stdin: "null",
      stdout: "inherit",
      detached: true,
    }).spawn().status;
    if (!success) return false;
  }
  return true;
}
