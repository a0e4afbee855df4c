/**
 * What the system knows of a process.
 *
 * @module
 */

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
  const { success, stdout, stderr } = await new Deno.Command("sh", { args: ["-c", command] })
    .output();
  if (!success) throw new Error(`Cannot run ${command}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout).trim();
}
