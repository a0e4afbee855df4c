/**
 * What a binary needs of the computer it runs on: the libraries that the bridge was linked with.
 *
 * @module
 */

import { findToolchain } from "../opencv/toolchain.ts";
import { type RunCommand, runCommand } from "../setup/run_command.ts";
import { PACKAGES } from "../setup/packages.ts";
import { SetupError } from "../setup/setup_error.ts";

/** What has to be installed where a binary is to open cameras and windows. */
export interface Needs {
  /** OpenCV's version, such as `4.6.0`. */
  readonly openCvVersion: string;
  /** Debian's packages with it and the other libraries; none where this system has no dpkg. */
  readonly packages: readonly string[];
}

/**
 * What binaries need that are made on this machine.
 *
 * @throws {SetupError} the bridge lacks a part here
 */
export async function needsOfBinaries(run: RunCommand = runCommand): Promise<Needs> {
  const { openCvVersion, captures, windows } = await findToolchain();
  if (!captures || !windows) {
    throw new SetupError(
      "Cannot make the archive: the bridge to OpenCV here is without cameras or windows; run " +
        '"deno task setup" before',
    );
  }
  return { openCvVersion, packages: await runtimePackages(PACKAGES.run, run) };
}

/** The end of a sentence that says what is needed. */
export function describeNeeds({ openCvVersion, packages }: Needs): string {
  const install = packages.length > 0 ? `: apt install ${packages.join(" ")}` : "";
  return `OpenCV ${openCvVersion}${install}`;
}

/**
 * The packages to run what was linked with libraries of `packages`: a `-dev` package depends on the
 * library that it is for, in the same version.
 */
export async function runtimePackages(
  packages: readonly string[],
  run: RunCommand,
): Promise<string[]> {
  const libraries = packages.filter((name) => name.startsWith("lib"));
  const format = "--showformat=${Depends}\n";
  const headers = libraries.filter(isForBuilding);
  const { code, stdout } = await run("dpkg-query", ["--show", format, ...headers]);
  if (code !== 0) return [];
  const needed = stdout.split(/[,\n]/).map((text) => text.trim().split(" ")[0]!);
  const all = [...needed, ...libraries].filter((name) => name !== "" && !isForBuilding(name));
  return [...new Set(all)];
}

function isForBuilding(name: string): boolean {
  return name.endsWith("-dev");
}
