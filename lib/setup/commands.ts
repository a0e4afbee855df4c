/**
 * Running other programs to their end, for the set-up.
 * @module
 */

/** What a finished command left behind. */
export interface Outcome {
  /** Its exit code; 127 if there is no such program, as in a shell. */
  readonly code: number;
  /** What it printed to standard output. */
  readonly stdout: string;
  /** What it printed to standard error. */
  readonly stderr: string;
}

/** Runs a command to its end, without a terminal and with English messages. */
export type RunCommand = (program: string, args: readonly string[]) => Promise<Outcome>;

/** {@linkcode RunCommand} with real processes. */
export async function runCommand(program: string, args: readonly string[]): Promise<Outcome> {
  try {
    const { code, stdout, stderr } = await new Deno.Command(program, {
      args: [...args],
      env: { LC_ALL: "C", DEBIAN_FRONTEND: "noninteractive" },
      stdin: "null",
    }).output();
    const text = new TextDecoder();
    return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      return { code: 127, stdout: "", stderr: `${program}: not found` };
    }
    throw error;
  }
}
