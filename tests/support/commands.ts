/**
 * Other programs, run to their end.
 *
 * @module
 */

/**
 * What a program writes to standard output.
 *
 * @param command its name and its arguments
 * @param input what it reads from standard input
 * @throws {Error} when it fails, with what it writes to standard error
 */
export async function outputOf(
  [program = "", ...args]: readonly string[],
  input: Uint8Array<ArrayBuffer> = new Uint8Array(),
): Promise<Uint8Array<ArrayBuffer>> {
  const process = new Deno.Command(program, {
    args,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const [{ success, stdout, stderr }] = await Promise.all([
    process.output(),
    new Blob([input]).stream().pipeTo(process.stdin),
  ]);
  if (!success) throw new Error(`Cannot run ${program}: ${new TextDecoder().decode(stderr)}`);
  return stdout;
}
