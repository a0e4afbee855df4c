/**
 * Debian's and Ubuntu's packages: what is missing, and how it comes onto the machine.
 * @module
 */

import type { RunCommand } from "./commands.ts";
import { DPKG_QUERY_FORMAT, missingPackages } from "./packages.ts";

/** The machine is not ready; the message tells the user what to do, in one or more lines. */
export class SetupError extends Error {
  /** What stands in front of the message where the error is printed whole. */
  override readonly name = "SetupError";
}

/** How packages may be installed: directly, by `sudo` without a password, or not by us. */
export type Privilege = "root" | "sudo" | "none";

const APT_OPTIONS = [
  // Another apt may be at work, above all in a new machine's first minutes.
  ...["-o", "DPkg::Lock::Timeout=120"],
  // Without a network, apt's waits before each file's retries add up to many minutes.
  ...["-o", "Acquire::Retries::Delay=false"],
];

/** How {@linkcode installPackages} does its work. */
export interface InstallOptions {
  /** Runs `apt-get` and `sudo`. */
  readonly run: RunCommand;
  /** From {@linkcode findPrivilege}. */
  readonly privilege: Privilege;
  /** Takes a line that says what is going on. */
  readonly report: (line: string) => void;
}

/** The packages of `wanted` that are not installed, or undefined where there is no dpkg. */
export async function findMissing(
  wanted: readonly string[],
  run: RunCommand,
): Promise<string[] | undefined> {
  const listing = await run("dpkg-query", [
    "--show",
    `--showformat=${DPKG_QUERY_FORMAT}`,
    ...wanted,
  ]);
  return listing.code === 127 ? undefined : missingPackages(wanted, listing.stdout);
}

/**
 * Finds out how packages may be installed.
 *
 * @param uid the user's number, or null where the system has none
 * @param run runs `sudo`
 */
export async function findPrivilege(uid: number | null, run: RunCommand): Promise<Privilege> {
  if (uid === 0) return "root";
  return (await run("sudo", ["-n", "true"])).code === 0 ? "sudo" : "none";
}

/** The one command by which a user installs `packages`, for a shell. */
export function installCommand(packages: readonly string[], hasSudo: boolean): string {
  const install = `apt-get install -y --no-install-recommends ${packages.join(" ")}`;
  return hasSudo
    ? `sudo apt-get update && sudo ${install}`
    : `su -c 'apt-get update && ${install}'`;
}

/** The sum of what `apt-get --print-uris` lists: what would be downloaded, in bytes. */
export function downloadBytes(printedUris: string): number {
  return Array.from(printedUris.matchAll(/^'\S+' \S+ (\d+) /gm))
    .reduce((sum, [, bytes]) => sum + Number(bytes), 0);
}

/**
 * Installs `packages`, and first brings apt's lists up to date where they lack one of them or name
 * files that are gone.
 *
 * @throws {SetupError} if that may not be done, or failed
 */
export async function installPackages(
  packages: readonly string[],
  options: InstallOptions,
): Promise<void> {
  const { run, privilege, report } = options;
  if (privilege === "none") {
    const hasSudo = (await run("sudo", ["--version"])).code === 0;
    throw new SetupError(
      "Cannot install what is missing: that needs root. Run this, then try again:\n\n" +
        `    ${installCommand(packages, hasSudo)}\n`,
    );
  }
  const aptGet = (...args: string[]) => {
    const [program = "", ...rest] = [...aptGetCommand(privilege), ...APT_OPTIONS, ...args];
    return run(program, rest);
  };
  const install = ["install", "-y", "--no-install-recommends"];

  let updated = "";
  const update = async () => {
    report("Updating the lists of packages");
    const { stdout, stderr } = await aptGet("update");
    updated = stdout + stderr;
  };

  let plan = await aptGet(...install, "--print-uris", ...packages);
  if (plan.code !== 0) {
    await update();
    plan = await aptGet(...install, "--print-uris", ...packages);
    if (plan.code !== 0) throw failure("find", packages, updated + plan.stderr);
  }
  const megabytes = Math.ceil(downloadBytes(plan.stdout) / 1e6);
  report(`Installing ${packages.join(", ")}: ${megabytes} MB to download, then a minute or two`);
  let done = await aptGet(...install, ...packages);
  if (done.code !== 0 && updated === "" && isFetchFailure(done.stderr)) {
    await update();
    done = await aptGet(...install, ...packages);
  }
  if (done.code !== 0) throw failure("install", packages, done.stdout + done.stderr);
}

function aptGetCommand(privilege: Privilege): string[] {
  return privilege === "sudo"
    ? ["sudo", "-n", "env", "LC_ALL=C", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    : ["apt-get"];
}

function isFetchFailure(aptOutput: string): boolean {
  return /Failed to fetch|Unable to fetch|Could not resolve|Could not connect/.test(aptOutput);
}

function failure(action: string, packages: readonly string[], aptOutput: string): SetupError {
  const why = isFetchFailure(aptOutput) ? "the package server cannot be reached" : "apt-get failed";
  const lastLines = aptOutput.trimEnd().split("\n").slice(-10).map((line) => `    ${line}\n`);
  return new SetupError(
    `Cannot ${action} ${packages.join(", ")}: ${why}. apt-get's last lines:\n\n` +
      lastLines.join(""),
  );
}
