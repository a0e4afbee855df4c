/**
 * Puts a unit where systemd finds it, and has it started.
 *
 * @module
 */

import { EXIT_USAGE } from "../cli/main.ts";
import { CaptureVideoError } from "../flow/errors.ts";
import type { RunCommand } from "../setup/run_command.ts";
import { describeError } from "../text/error_text.ts";
import { MARK, UNIT_NAME } from "./unit.ts";

/** How {@linkcode install} does its work. */
export interface InstallOptions {
  /** Whether it is a service of one user. */
  readonly isUser: boolean;
  /** Where units are. */
  readonly folder: string;
  /** Runs `systemctl`. */
  readonly run: RunCommand;
}

/**
 * Installs the unit, and starts it or starts it again.
 *
 * @returns what was done, in a line
 * @throws {CaptureVideoError} `service`, when systemd does not run here or refuses; when there is a
 * unit of that name that is somebody else's; or when it cannot be written
 */
export async function install(
  text: string,
  { isUser, folder, run }: InstallOptions,
): Promise<string> {
  const path = `${folder}/${UNIT_NAME}`;
  const ask = (...args: string[]) => run("systemctl", isUser ? ["--user", ...args] : args);
  /** What systemd says against it. */
  const systemctl = async (...args: string[]): Promise<string | undefined> => {
    const { code, stderr } = await ask(...args);
    if (code === 0) return undefined;
    const words = stderr.trim().split("\n")[0]?.replace(/\.$/, "");
    return words || `systemctl ended with ${code}`;
  };
  const before = await readUnit(path);
  if (before !== undefined && !before.startsWith(MARK)) {
    throw failure(`replace ${path}`, "it was not made by this task; move it away, or keep it");
  }
  await write(path, text, isUser);
  const refusal = await systemctl("daemon-reload") ?? await systemctl("enable", UNIT_NAME);
  if (refusal) throw failure(`enable ${UNIT_NAME}`, refusal);
  const journal = `journalctl ${isUser ? "--user-unit" : "--unit"} capturevideo`;
  const fault = await systemctl("restart", UNIT_NAME);
  if (fault) {
    const { stdout } = await ask("show", "--property=ExecMainStatus", "--value", UNIT_NAME);
    const next = stdout.trim() === `${EXIT_USAGE}`
      ? "an option is wrong, so it is not tried again"
      : "it is installed, and tried again and again";
    throw failure(`start ${UNIT_NAME}`, `${fault}; ${journal} says why; ${next}`);
  }
  const done = before === undefined ? "installed and started" : "replaced and started again";
  return `${done}: ${path}; what it says: ${journal}`;
}

async function readUnit(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw failure(`read ${path}`, describeError(error).line, error);
  }
}

/** Whole, or not at all. */
async function write(path: string, text: string, isUser: boolean): Promise<void> {
  try {
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(`${path}.new`, text, { mode: 0o644 });
    await Deno.rename(`${path}.new`, path);
  } catch (error) {
    const isRoots = error instanceof Deno.errors.PermissionDenied && !isUser;
    const why = isRoots
      ? "only root may; run it with sudo, or with --user for a service of your own"
      : describeError(error).line;
    throw failure(`write ${path}`, why, error);
  }
}

function failure(action: string, why: string, cause?: unknown): CaptureVideoError {
  return new CaptureVideoError("service", `Cannot ${action}: ${why}`, { cause });
}
