/**
 * The scripts that the camera machine is given.
 *
 * @example
 * ```ts
 * import { testJob } from "./job.ts";
 *
 * console.log(testJob("vivid"));
 * ```
 * @module
 */

import { textOf } from "../support/commands.ts";
import { CACHE_FOLDER } from "./image.ts";

const REPOSITORY = new URL("../../", import.meta.url).pathname;

const PROGRAMS = ["host.ts", "guest.ts", "camera_demo.ts", "lib/guest/receiver_worker.ts"];

/** Where the tests that run inside are, from the repository's root. */
const INSIDE = "tests/camera_vm/inside/";

/** The USB camera's program, compiled by {@linkcode prepareTests}. */
export const USB_CAMERA = `${CACHE_FOLDER}/usb_camera`;

const USB_CAMERA_SOURCE = new URL("usb_camera/", import.meta.url).pathname;

/** Script lines that give a job the surroundings of this program: folder, caches, programs. */
export function machineEnvironment(): string {
  const variables = {
    HOME: Deno.env.get("HOME"),
    DENO_DIR: Deno.env.get("DENO_DIR"),
    PATH: `${Deno.env.get("PATH") ?? ""}:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
  };
  const exports = Object.entries(variables)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `export ${name}=${quote(value!)}`);
  return [`cd ${quote(REPOSITORY)}`, ...exports].join("\n");
}

/**
 * Does here what would take long inside: compiles the bridge, the USB camera, and the programs'
 * TypeScript.
 */
export async function prepareTests(): Promise<void> {
  const options = { cwd: REPOSITORY };
  await textOf(Deno.execPath(), ["task", "--quiet", "build", "--quiet"], options);
  await compileUsbCamera();
  await textOf(Deno.execPath(), ["cache", "--quiet", ...PROGRAMS, ...(await testFiles())], options);
}

async function compileUsbCamera(): Promise<void> {
  await Deno.mkdir(CACHE_FOLDER, { recursive: true });
  const names = await Array.fromAsync(Deno.readDir(USB_CAMERA_SOURCE), ({ name }) => name);
  const sources = names.filter((name) => name.endsWith(".c")).sort();
  const warnings = ["-Wall", "-Wextra", "-Wconversion", "-Werror"];
  const args = ["-std=gnu11", "-O2", ...warnings, "-o", USB_CAMERA, ...sources];
  await textOf("gcc", args, { cwd: USB_CAMERA_SOURCE });
}

async function testFiles(): Promise<string[]> {
  const names = await Array.fromAsync(Deno.readDir(`${REPOSITORY}/${INSIDE}`), ({ name }) => name);
  return names.map((name) => `${INSIDE}${name}`);
}

/**
 * The script that runs the tests inside, with the same Deno and the same caches as here.
 *
 * Everything is allowed: a test there reads /dev, /proc and /sys, for which Deno has no smaller
 * permission, and the machine is thrown away.
 *
 * @param filter only the tests with this text in their name; all by default
 */
export function testJob(filter?: string): string {
  // The emulated machine is slow, and slower on a busy one: a test that watches the clock may have a
  // second try.
  const options = ["--no-check", "--allow-all", "--reporter=tap", "--retry=1"];
  if (filter !== undefined) options.push(`--filter=${filter}`);
  const command = [Deno.execPath(), "test", ...options, INSIDE].map(quote).join(" ");
  return `${machineEnvironment()}\nexport NO_COLOR=1\nexec ${command}\n`;
}

/** A word that the shell takes as it stands. */
export function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
