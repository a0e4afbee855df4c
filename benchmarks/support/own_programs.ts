/**
 * How our own host and guest are started: as their tasks in deno.json start them, with the same
 * permissions, but without the task runner's process around them.
 *
 * @module
 */

import { type GuestStats, type HostStats, parseStats } from "../../lib/cli/stats.ts";
import { PROJECT_DIRECTORY, taskArguments } from "../../lib/setup/tasks.ts";
import type { Scene } from "../contenders.ts";

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

/** The key of a private host and its guests, as the one in C takes it, and where the host keeps its identity. */
export const PRIVATE: Readonly<Record<string, string>> = {
  CAPTUREVIDEO_KEY: "7K2MQ9XD4RTVH3WB",
  XDG_CONFIG_HOME: new URL("../../.cache/benchmarks/configuration", import.meta.url).pathname,
};

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
  return lines.flatMap((line) => parseStats(line) ?? [])
    .filter((stats) => stats.program === program);
}

/** The `deno run …` command of a task, its program made an absolute path. */
function taskCommand(task: string): string[] {
  const args = taskArguments(task);
  return [Deno.execPath(), ...args.slice(0, -1), `${PROJECT_DIRECTORY}/${args.at(-1)}`];
}
