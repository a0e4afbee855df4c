/**
 * Commands of the system, and what they leave behind.
 *
 * @module
 */

import { isNoProgram } from "../flow/errors.ts";
import { linesOf } from "../text/lines.ts";

/** What a finished command left behind. */
export interface Outcome {
  /** Its exit code; 127 if there is no such program, as in a shell. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What is done with a command beside waiting for its end. */
export interface RunOptions {
  /** Takes each line of standard output as it comes. */
  readonly onLine?: (line: string) => void;
}

/** Runs a command to its end, without a terminal and with English messages. */
export type RunCommand = (
  program: string,
  args: readonly string[],
  options?: RunOptions,
) => Promise<Outcome>;

/** What is set for every command: messages in English, and no questions of packages. */
export const ENVIRONMENT = { LC_ALL: "C", DEBIAN_FRONTEND: "noninteractive" };

/** {@linkcode RunCommand} with real processes. */
export async function runCommand(
  program: string,
  args: readonly string[],
  { onLine }: RunOptions = {},
): Promise<Outcome> {
  try {
    const process = new Deno.Command(program, {
      args: [...args],
      env: ENVIRONMENT,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const [{ code }, stdout, stderr] = await Promise.all([
      process.status,
      textOf(process.stdout, onLine),
      new Response(process.stderr).text(),
    ]);
    return { code, stdout, stderr };
  } catch (error) {
    if (!isNoProgram(error)) throw error;
    return { code: 127, stdout: "", stderr: `${program}: not found` };
  }
}

/** All that a program writes; each line is handed over as it comes. */
async function textOf(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  onLine?: (line: string) => void,
): Promise<string> {
  let text = "";
  for await (const line of linesOf(stream)) {
    text += `${line}\n`;
    onLine?.(line);
  }
  return text;
}
