/**
 * The project's own tasks, for programs that start each other as the user would, with the same
 * permissions.
 *
 * @module
 */

import { resolve } from "node:path";
import configuration from "../../deno.json" with { type: "json" };

const TASKS: Readonly<Record<string, { command: string }>> = configuration.tasks;

/**
 * What `deno` is given in a task's last command: subcommand, permissions and script. Relative paths
 * in it count from {@linkcode PROJECT_DIRECTORY}.
 *
 * @throws {TypeError} if there is no such task or it does not end in a plain `deno` command
 */
export function taskArguments(name: string): string[] {
  const command = TASKS[name]?.command.split("&&").at(-1)?.trim();
  if (!command?.startsWith("deno ") || /["'$\\]/.test(command)) {
    throw new TypeError(`Cannot take arguments from task "${name}": it is ${command}`);
  }
  return command.split(/\s+/).slice(1);
}

/** Where deno.json is: an absolute path, without a slash at its end. */
export const PROJECT_DIRECTORY: string = resolve(import.meta.dirname!, "../..");
