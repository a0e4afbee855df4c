/**
 * Debian's and Ubuntu's packages: what is missing, and how it comes onto the machine.
 * @module
 */

import { AptProgress, STATUS_OPTIONS, withoutStatus } from "./apt_progress.ts";
import { ENVIRONMENT, type RunCommand, runCommand } from "./run_command.ts";
import { SetupError } from "./setup_error.ts";

const APT_OPTIONS = [
  // Another apt may be at work, above all in a new machine's first minutes.
  ...["-o", "DPkg::Lock::Timeout=120"],
  // Without a network, apt's waits before each file's retries add up to many minutes.
  ...["-o", "Acquire::Retries::Delay=false"],
];

const UPDATE = [
  "update",
  // Descriptions are a third of what is fetched, and not read here; those that are there are kept.
  ...["-o", "Acquire::Languages=none", "-o", "APT::Get::List-Cleanup=false"],
];

const INSTALL = ["install", "-y", "--no-install-recommends"];

/** The packages of `wanted` that are not installed, or undefined where there is no dpkg. */
export async function findMissing(
  wanted: readonly string[],
  run: RunCommand = runCommand,
): Promise<string[] | undefined> {
  const format = "--showformat=${Package} ${db:Status-Status}\n";
  const { code, stdout } = await run("dpkg-query", ["--show", format, ...wanted]);
  // A package may be missing from the list, or stand in it once for each architecture.
  const lines = new Set(stdout.split("\n"));
  return code === 127 ? undefined : wanted.filter((name) => !lines.has(`${name} installed`));
}

/** How {@linkcode installPackages} does its work. */
export interface InstallOptions {
  /** Runs `apt-get` and `sudo`. */
  readonly run: RunCommand;
  /** The user's number, or null where the system has none. */
  readonly uid: number | null;
  /** What a user is told to install who has to do it: at least the packages. */
  readonly advised: readonly string[];
  /** Takes a line that says what is going on. */
  readonly report: (line: string) => void;
}

/**
 * Installs `packages`, as root or by a `sudo` that asks for no password, and brings apt's lists up
 * to date where they lack one of them or name files that are gone.
 *
 * @throws {SetupError} if that may not be done, or failed
 */
export async function installPackages(
  packages: readonly string[],
  { run, uid, advised, report }: InstallOptions,
): Promise<void> {
  const sudo = uid === 0 ? undefined : await run("sudo", ["-n", "true"]);
  if (sudo && sudo.code !== 0) {
    throw new SetupError(
      "Cannot install what is missing: that needs root. Run this, then try again:\n\n" +
        `    ${commandForUser(advised, sudo.code !== 127)}\n`,
    );
  }
  const variables = Object.entries(ENVIRONMENT).map(([name, value]) => `${name}=${value}`);
  const aptGet = async (args: readonly string[]) => {
    const { take } = new AptProgress(packages, report);
    const [program, ...rest] = [...sudo ? ["sudo", "-n", "env", ...variables] : [], "apt-get"];
    const options = [...APT_OPTIONS, ...STATUS_OPTIONS, ...args];
    const { code, stdout, stderr } = await run(program!, [...rest, ...options], {
      onLine: take,
    });
    return { code, output: withoutStatus(stdout) + stderr };
  };
  let { code, output } = await aptGet([...INSTALL, ...packages]);
  if (code !== 0 && (lacksPackages(output) || isFetchFailure(output))) {
    report("Updating the lists of packages");
    const update = await aptGet(UPDATE);
    ({ code, output } = await aptGet([...INSTALL, ...packages]));
    if (lacksPackages(output)) output = update.output + output;
  }
  if (code === 0) return;
  const action = lacksPackages(output) ? "find" : "install";
  const why = isFetchFailure(output) ? "the package server cannot be reached" : "apt-get failed";
  const lastLines = output.trimEnd().split("\n").slice(-10).map((line) => `    ${line}\n`);
  throw new SetupError(
    `Cannot ${action} ${packages.join(", ")}: ${why}. apt-get's last lines:\n\n` +
      lastLines.join(""),
  );
}

/** The one command by which a user installs `packages`, for a shell. */
function commandForUser(packages: readonly string[], hasSudo: boolean): string {
  const install = `apt-get ${INSTALL.join(" ")} ${packages.join(" ")}`;
  return hasSudo
    ? `sudo apt-get update && sudo ${install}`
    : `su -c 'apt-get update && ${install}'`;
}

/** Whether apt's lists do not have what was asked for, or what that depends on. */
function lacksPackages(aptOutput: string): boolean {
  return /Unable to locate package|has no installation candidate|Unable to correct problems/
    .test(aptOutput);
}

function isFetchFailure(aptOutput: string): boolean {
  return /Failed to fetch|Unable to fetch|Could not resolve|Could not connect/.test(aptOutput);
}
