/**
 * What was asked for and goes to standard output: help, version, the list of cameras.
 *
 * @module
 */

import { CaptureVideoError } from "../flow/errors.ts";
import { describeError } from "../text/error_text.ts";

/**
 * Prints a text and a line end.
 *
 * @throws {CaptureVideoError} `output`: the disk is full, or nobody reads it
 */
export function print(text: string): void {
  try {
    console.log(text);
  } catch (error) {
    const { line, expected } = describeError(error, "write to standard output");
    throw expected ? new CaptureVideoError("output", line, { cause: error }) : error;
  }
}
