/**
 * Programs that npm has packages of, without what else is in those.
 *
 * @module
 */

import { outputOf, textOf } from "./commands.ts";

/** A program in a package. */
export interface PackedProgram {
  /** The package with its version: `deno@2.9.6`. */
  readonly name: string;
  /** The program's path in it. */
  readonly program: string;
}

/**
 * Fetches a program.
 *
 * @param folder where its package is downloaded and unpacked, and nothing else is
 * @returns the program's path
 */
export async function fetchProgram(
  { name, program }: PackedProgram,
  folder: string,
): Promise<string> {
  await Deno.mkdir(folder, { recursive: true });
  const packed = (await textOf("npm", ["pack", "--silent", name], { cwd: folder })).trim();
  await outputOf("tar", ["-xzf", packed, `package/${program}`], { cwd: folder });
  return `${folder}/package/${program}`;
}
