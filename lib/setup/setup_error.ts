/**
 * What keeps a task from preparing or making something, in words for whoever called it.
 *
 * @module
 */

import { describeError } from "../text/error_text.ts";

/** The machine is not ready; the message tells the user what to do, in one or more lines. */
export class SetupError extends Error {}

/**
 * What a task says of an error.
 *
 * @param action what the task was to do; completes "Cannot ...": `make the archive`
 * @throws the error itself, where it is a bug
 */
export function wordsOfFailure(error: unknown, action: string): string {
  if (error instanceof SetupError) return error.message;
  const { line, expected } = describeError(error, action);
  if (!expected) throw error;
  return line;
}
