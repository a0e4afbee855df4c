/**
 * What the system knows of a process.
 *
 * @module
 */

import { textOf } from "./commands.ts";

/** How many files, sockets and the like a process has open. */
export async function openDescriptors(pid: number): Promise<number> {
  return Number(await shell(`ls /proc/${pid}/fd | wc -l`));
}

/** How much memory of a process is in RAM, in megabytes. */
export async function residentMegabytes(pid: number): Promise<number> {
  return Number(await shell(`sed -n 's/^VmRSS:[^0-9]*\\([0-9]*\\) kB/\\1/p' /proc/${pid}/status`)) /
    1024;
}

async function shell(command: string): Promise<string> {
  return (await textOf("sh", ["-c", command])).trim();
}
