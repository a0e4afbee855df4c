/**
 * Other programs, run to their end.
 *
 * @example
 * ```ts
 * import { textOf } from "./commands.ts";
 *
 * console.log(await textOf("uname", ["-r"]));
 * ```
 * @module
 */

/** Where a program runs and what it is given. */
export interface CommandOptions {
  /** The folder it runs in; this program's own by default. */
  readonly cwd?: string;
  /** Added to the environment. */
  readonly env?: Record<string, string>;
  /** What it reads from standard input; nothing by default. */
  readonly input?: Blob;
  /** Ends it when aborted. */
  readonly signal?: AbortSignal;
}

/**
 * What a program writes to standard output.
 *
 * @throws {Error} when it does not end with 0; the message carries what it said
 */
export async function outputOf(
  program: string,
  args: readonly string[],
  { input, ...options }: CommandOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const process = new Deno.Command(program, {
    args: [...args],
    ...options,
    stdin: input ? "piped" : "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const [output] = await Promise.all([process.output(), input?.stream().pipeTo(process.stdin)]);
  if (output.success) return output.stdout;
  const why = options.signal?.aborted ? "it took too long" : `it ended with ${output.code}`;
  const said = [output.stdout, output.stderr].map((bytes) => new TextDecoder().decode(bytes));
  throw new Error(`Cannot run ${program} ${args.join(" ")}: ${why}\n${said.join("").trimEnd()}`);
}

/** {@linkcode outputOf} as text. */
export async function textOf(
  program: string,
  args: readonly string[],
  options?: CommandOptions,
): Promise<string> {
  return new TextDecoder().decode(await outputOf(program, args, options));
}
