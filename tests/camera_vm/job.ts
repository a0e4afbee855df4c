/**
 * The scripts that the camera machine is given.
 *
 * @example
 * ```ts
 * import { testJob } from "./job.ts";
 *
 * console.log(testJob("tests/camera_vm/inside/", { filter: "vivid" }));
 * ```
 * @module
 */

import { textOf } from "../support/commands.ts";
import { CACHE_FOLDER } from "./image.ts";

const REPOSITORY = new URL("../../", import.meta.url).pathname;

const PROGRAMS = [
  ...["host.ts", "guest.ts", "camera_demo.ts", "lib/guest/receiver_worker.ts"],
  ...["service.ts", "lib/opencv/build_main.ts"],
];

/** Where the tests that run inside are, from the repository's root. */
export const CAMERA_TESTS = "tests/camera_vm/inside/";

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
 *
 * @param folder where the tests are
 */
export async function prepareTests(folder: string): Promise<void> {
  const options = { cwd: REPOSITORY };
  await textOf(Deno.execPath(), ["task", "--quiet", "build", "--quiet"], options);
  await compileUsbCamera();
  await textOf(
    Deno.execPath(),
    ["cache", "--quiet", ...PROGRAMS, ...(await filesIn(folder))],
    options,
  );
}

async function compileUsbCamera(): Promise<void> {
  await Deno.mkdir(CACHE_FOLDER, { recursive: true });
  const names = await Array.fromAsync(Deno.readDir(USB_CAMERA_SOURCE), ({ name }) => name);
  const sources = names.filter((name) => name.endsWith(".c")).sort();
  const warnings = ["-Wall", "-Wextra", "-Wconversion", "-Werror"];
  const args = ["-std=gnu11", "-O2", ...warnings, "-o", USB_CAMERA, ...sources];
  await textOf("gcc", args, { cwd: USB_CAMERA_SOURCE });
}

async function filesIn(folder: string): Promise<string[]> {
  const names = await Array.fromAsync(Deno.readDir(`${REPOSITORY}/${folder}`), ({ name }) => name);
  return names.map((name) => `${folder}${name}`);
}

/** How tests are run inside. */
export interface TestJobOptions {
  /** Only those with this text in their name; all by default. */
  readonly filter?: string | undefined;
  /**
   * Whether each may have a second try, where it watches the clock: the emulated machine is slow, and
   * slower on a busy one. None may by default.
   */
  readonly retry?: boolean;
}

/**
 * The script that runs the tests inside, with the same Deno and the same caches as here.
 *
 * Everything is allowed: a test there reads /dev, /proc and /sys, for which Deno has no smaller
 * permission, and the machine is thrown away.
 *
 * @param folder where the tests are
 */
export function testJob(folder: string, { filter, retry = false }: TestJobOptions = {}): string {
  const options = ["--no-check", "--allow-all", "--reporter=tap"];
  if (retry) options.push("--retry=1");
  if (filter !== undefined) options.push(`--filter=${filter}`);
  const command = [Deno.execPath(), "test", ...options, folder].map(quote).join(" ");
  return `${machineEnvironment()}\nexport NO_COLOR=1\nexec ${command}\n`;
}

/** A word that the shell takes as it stands. */
export function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
