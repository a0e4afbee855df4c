/**
 * Runs a piece of TypeScript as a Deno process of its own.
 *
 * @module
 */

import { outputOf } from "./commands.ts";

/** How long {@linkcode runToItsEnd} waits, in milliseconds. */
const PATIENCE_MS = 30_000;

/** How to run it. */
export interface ScriptOptions {
  /** Such as `--allow-ffi=lib/opencv/.build`; default: the bridge, and reading. */
  readonly permissions?: readonly string[];
  /** Added to the environment. */
  readonly env?: Record<string, string>;
  /** Takes the place of the environment where given; `env` is then added to that. */
  readonly clearEnv?: boolean;
}

/** How it ended. */
export interface ScriptResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `code` to its end; imports in it are absolute, see {@linkcode moduleUrl}. */
export async function runScript(code: string, options: ScriptOptions = {}): Promise<ScriptResult> {
  const process = startScript(code, options);
  const { code: exitCode, stdout, stderr } = await (await process).output();
  const decoder = new TextDecoder();
  return { code: exitCode, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/**
 * Runs `code` that must come to an end, without any permission.
 *
 * @throws {Error} when it does not within half a minute, as with work that grows with the square of
 * a large input, or ends with an error
 */
export async function runToItsEnd(code: string): Promise<void> {
  await outputOf(Deno.execPath(), ["run", "--quiet", "--no-prompt", "--no-lock", "-"], {
    input: new Blob([code]),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
}

/** Starts `code` with stdout and stderr piped. */
export async function startScript(
  code: string,
  options: ScriptOptions = {},
): Promise<Deno.ChildProcess> {
  const { permissions = ["--allow-read", "--allow-ffi=lib/opencv/.build"], env = {} } = options;
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "--no-lock", ...permissions, "-"],
    env,
    clearEnv: options.clearEnv ?? false,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode(code));
  await writer.close();
  return process;
}

/** The URL under which a script imports a file of the project. */
export function moduleUrl(path: string): string {
  return new URL(`../../${path}`, import.meta.url).href;
}
