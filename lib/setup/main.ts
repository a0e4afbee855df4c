/**
 * `deno task setup [try|run|test|bench]`: makes sure that this machine has what the project needs.
 *
 * On Debian and Ubuntu what is missing is installed where that is allowed, else the command for it
 * is printed. On other systems it says what is needed; the build then finds out what is there.
 * Exit code 0: nothing is known to be missing.
 * @module
 */

import { findMissing, installPackages } from "./apt.ts";
import { ONLY_BY_NAME_ON_UBUNTU, PACKAGES, type Purpose, PURPOSES } from "./packages.ts";
import { runCommand } from "./run_command.ts";
import { wordsOfFailure } from "./setup_error.ts";

const ON_WINDOWS =
  "On Windows there is nothing to install: host --source browser and guest --web " +
  "need nothing; all else runs inside WSL";

if (import.meta.main) Deno.exit(await main(Deno.args));

async function main(args: readonly string[]): Promise<number> {
  const [name = "run", ...rest] = args;
  const purpose = PURPOSES.find((known) => known === name);
  if (purpose === undefined || rest.length > 0) {
    console.error(`setup: expected one of ${PURPOSES.join(", ")}, got: ${args.join(" ")}`);
    return 2;
  }
  try {
    await prepare(purpose);
    return 0;
  } catch (error) {
    console.error(`setup: ${wordsOfFailure(error, "prepare this machine")}`);
    return 1;
  }
}

async function prepare(purpose: Purpose): Promise<void> {
  const report = (line: string) => console.error(`setup: ${line}`);
  if (Deno.build.os === "windows") return report(ON_WINDOWS);
  const isTry = purpose === "try";
  const left = await isUbuntu() ? ONLY_BY_NAME_ON_UBUNTU : [];
  const missingFor = async (purpose: Purpose) =>
    await findMissing(PACKAGES[purpose].filter((name) => !left.includes(name)));
  const missing = await missingFor(purpose);
  if (missing === undefined) {
    const needed = PACKAGES[isTry ? "run" : purpose].join(", ");
    report(`No dpkg here, so nothing is installed. Needed is what Debian has as ${needed}`);
    report("Fedora: sudo dnf install gcc-c++ opencv-devel turbojpeg-devel libXext-devel");
    report("macOS: brew install opencv jpeg-turbo pkg-config");
  } else if (missing.length > 0) {
    // Who types the command is asked for it once.
    const advised = isTry ? await missingFor("run") ?? missing : missing;
    await installPackages(missing, { run: runCommand, uid: Deno.uid(), advised, report });
  }
}

async function isUbuntu(): Promise<boolean> {
  try {
    return /^ID=ubuntu$/m.test(await Deno.readTextFile("/etc/os-release"));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
