/**
 * Files under /proc. Deno opens them only for programs that may do everything, so cat(1) reads them.
 *
 * @module
 */

/**
 * The text of a file under /proc.
 *
 * @param path such as `self/stat`
 * @throws {Error} when it cannot be read
 */
export function readProc(path: string): string {
  const { success, stdout, stderr } = new Deno.Command("cat", { args: [`/proc/${path}`] })
    .outputSync();
  if (!success) throw new Error(`Cannot read /proc/${path}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}
