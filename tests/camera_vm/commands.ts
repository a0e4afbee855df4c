/**
 * Runs a program and takes its output, for the few that build and drive the camera machine.
 *
 * @example
 * ```ts
 * import { textOf } from "./commands.ts";
 *
 * console.log(await textOf("uname", ["-r"]));
 * ```
 * @module
 */

/** Where a program runs and what it reads. */
export interface CommandOptions {
  /** The folder it runs in; this program's own by default. */
  cwd?: string;
}

/**
 * What the program prints on standard output.
 *
 * @throws {Error} when it does not end with 0; the message carries what it said
 */
export async function textOf(
  program: string,
  args: string[],
  options: CommandOptions = {},
): Promise<string> {
  const output = await new Deno.Command(program, { args, ...options }).output();
  const decoder = new TextDecoder();
  const stdout = decoder.decode(output.stdout);
  if (output.success) return stdout;
  const said = (stdout + decoder.decode(output.stderr)).trimEnd();
  throw new Error(`Cannot run ${program} ${args.join(" ")}: it ended with ${output.code}\n${said}`);
}
