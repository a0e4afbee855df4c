/**
 * What cameras, films and streams take, installed once the test pattern is there: those packages are
 * two thirds of all, and nobody has to wait for them to see a picture.
 *
 * @module
 */

import { capture, ifThere } from "../opencv/ffi.ts";
import { PROJECT_DIRECTORY, taskArguments } from "./tasks.ts";

/**
 * In a process group of its own, which Ctrl-C does not reach: a package that is half installed is
 * trouble for whatever installs the next one. The terminal stays the user's, by which sudo knows them.
 */
const APART = 'trap "" INT HUP; set -m; "$0" "$@" & set +m; wait "$!"';

/**
 * Installs and builds it where it is missing.
 *
 * @param report takes a line that says what is going on
 * @returns whether nothing failed; if something did, it has been told on standard error
 */
export async function prepareCapture(report: (line: string) => void): Promise<boolean> {
  if (ifThere(capture) !== undefined) return true;
  report("installing what your own camera takes; this ends when that is done");
  for (const args of [taskArguments("setup"), [...taskArguments("build"), "--quiet"]]) {
    const { success } = await new Deno.Command("bash", {
      args: ["-c", APART, Deno.execPath(), ...args],
      cwd: PROJECT_DIRECTORY,
      stdin: "null",
    }).spawn().status;
    if (!success) return false;
  }
  return true;
}
