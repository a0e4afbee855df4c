/**
 * What this computer's systemd and kernel can do.
 *
 * @module
 */

import { existsSync } from "node:fs";
import type { RunCommand } from "../setup/run_command.ts";

/** Whether systemd runs this computer. */
export function isRunBySystemd(): boolean {
  return existsSync("/run/systemd/system");
}

/** The version of systemd that is installed; 0 where none is. */
export async function systemdVersion(run: RunCommand): Promise<number> {
  const { stdout } = await run("systemctl", ["--version"]);
  return Number(/^systemd (\d+)/.exec(stdout)?.[1] ?? 0);
}

/**
 * Whether users may make namespaces, in which a service of theirs sees less than they do: some
 * systems keep them from it, each in its own way, so it is tried.
 */
export async function usersHaveNamespaces(run: RunCommand): Promise<boolean> {
  const { code } = await run("unshare", ["--user", "--map-root-user", "--mount", "true"]);
  return code === 0;
}
