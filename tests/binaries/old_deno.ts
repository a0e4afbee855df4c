/**
 * A Deno whose runtime for single binaries can be had from npm.
 *
 * Deno's own is a file on Deno's server, and only there. But a program that was compiled into a
 * binary consists of that runtime and what is behind it, so it can be the runtime of others; this
 * one was made by Deno 2.4.2.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { PROJECT_DIRECTORY } from "../../lib/setup/tasks.ts";
import { outputOf } from "../support/commands.ts";
import { fetchProgram, type PackedProgram } from "../support/npm_package.ts";

/** Its version. */
export const OLD_VERSION = "2.4.2";

/** Where it is kept, from the project's folder. */
const FOLDER = ".cache/binaries";

/** Deno itself, from the project's folder. */
export const OLD_DENO = `${FOLDER}/deno-${OLD_VERSION}`;

const RUNTIME = `${FOLDER}/denort-${OLD_VERSION}`;

/** Where each comes from. */
const PACKAGES: Readonly<Record<string, PackedProgram>> = {
  [OLD_DENO]: { name: `@deno/linux-x64-glibc@${OLD_VERSION}`, program: "deno" },
  [RUNTIME]: { name: "@vltpkg/cli-linux-x64@0.0.0-18", program: "vlt" },
};

/** Why it does not run here; `undefined` where it does. */
export function whyNoOldDeno(): string | undefined {
  const { os, arch } = Deno.build;
  if (os === "linux" && arch === "x86_64") return undefined;
  return `the runtime is for Linux on x86_64, this is ${os} on ${arch}`;
}

/** The paths of Deno and of its runtime, which are fetched where they are not there yet. */
export async function oldDeno(): Promise<{ deno: string; runtime: string }> {
  for (const [file, program] of Object.entries(PACKAGES)) {
    const path = `${PROJECT_DIRECTORY}/${file}`;
    if (existsSync(path)) continue;
    const folder = `${path}.fetched`;
    // What it is allowed to run, this process may not write.
    await outputOf("mv", [await fetchProgram(program, folder), path]);
    await Deno.remove(folder, { recursive: true });
  }
  return { deno: `${PROJECT_DIRECTORY}/${OLD_DENO}`, runtime: `${PROJECT_DIRECTORY}/${RUNTIME}` };
}
