/**
 * How our own host and guest are started: as their tasks in deno.json start them, with the same
 * permissions, but without the task runner's process around them.
 *
 * @module
 */

import type { GuestStats, HostStats } from "../../lib/cli/stats.ts";
import type { Scene } from "../contenders.ts";

const ROOT = new URL("../../", import.meta.url);

/** The host's command line for a scene, and with the options of another source than the test one. */
export function hostCommand(
  scene: Omit<Scene, "picturePath">,
  source: readonly string[] = ["--source", "test"],
): string[] {
  return [
    ...taskCommand("host"),
    ...source,
    ...["--width", `${scene.width}`, "--height", `${scene.height}`],
    ...["--fps", `${scene.fps}`, "--quality", `${scene.quality}`, "--port", `${scene.port}`],
    ...["--no-preview", "--stats", "json"],
  ];
}

/** The guest's command line for a scene. */
export function guestCommand(scene: Scene): string[] {
  return [...taskCommand("guest"), "--port", `${scene.port}`, "--stats", "json"];
}

/** A port on the loopback interface that nobody uses. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** The reports of `--stats json` among the lines that a program wrote to stderr. */
export function statsOf(lines: readonly string[], program: "host"): HostStats[];
export function statsOf(lines: readonly string[], program: "guest"): GuestStats[];
export function statsOf(lines: readonly string[], program: string): (HostStats | GuestStats)[] {
  return lines.filter((line) => line.startsWith("{"))
    .map((line): HostStats | GuestStats => JSON.parse(line))
    .filter((stats) => stats.program === program);
}

/** The `deno run …` command of a task, its program made an absolute path. */
function taskCommand(task: string): string[] {
  const config = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT)));
  const text: string = config.tasks[task].command ?? config.tasks[task];
  const run = text.slice(text.lastIndexOf("deno run ")).split(/\s+/).slice(1);
  const program = run.pop() ?? "";
  return [Deno.execPath(), ...run, new URL(program, ROOT).pathname];
}
