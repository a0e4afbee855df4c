/**
 * The programs as single binaries: what each is compiled from, and what is embedded in it.
 *
 * A binary is what the program's task in deno.json runs, with the same flags and permissions.
 *
 * @module
 */

import configuration from "../../deno.json" with { type: "json" };
import { libraryFileName, NEEDS_FILE_NAME } from "../opencv/ffi.ts";
import { taskArguments } from "../setup/tasks.ts";

/** The programs that there are binaries of: a service is installed by Deno. */
export const BINARIES = ["host", "guest", "demo", "doctor"] as const;

/** One of {@linkcode BINARIES}. */
export type BinaryProgram = typeof BINARIES[number];

/** What a program may do, as deno.json has it. */
export type PermissionSet = Readonly<Record<string, boolean | readonly string[]>>;

const PERMISSIONS: Readonly<Record<string, PermissionSet>> = configuration.permissions;

/** Where systems keep programs. */
const PROGRAM_FOLDERS = ["/usr/local", "/usr", ""].flatMap((
  root,
) => [`${root}/sbin`, `${root}/bin`]);

/** Where the bridge is, in the project and in a binary alike. */
const BRIDGE_FOLDER = "lib/opencv/.build";

const BRIDGE = [...["system", "core", "capture", "window"].map(libraryFileName), NEEDS_FILE_NAME]
  .map((name) => `${BRIDGE_FOLDER}/${name}`);

const PAGES = "lib/web/page";

/** What each has embedded besides the code that it imports. */
const EMBEDDED: Readonly<Record<BinaryProgram, readonly string[]>> = {
  host: [...BRIDGE, PAGES],
  guest: [...BRIDGE, PAGES, "lib/guest/receiver_worker.ts"],
  demo: BRIDGE,
  doctor: BRIDGE,
};

/** The file of a program's binary. */
export function binaryName(program: BinaryProgram): string {
  return `capturevideo-${program}${Deno.build.os === "windows" ? ".exe" : ""}`;
}

/**
 * What `deno` is given to compile a program. Paths count from the project's folder.
 *
 * @param output the binary's path
 */
export function compileArguments(program: BinaryProgram, output: string): string[] {
  const [, ...args] = taskArguments(program);
  const script = args.pop()!;
  const set = args.find((arg) => arg.startsWith("-P="))!;
  return [
    "compile",
    ...args.filter((arg) => arg !== set),
    ...permissionFlags(PERMISSIONS[set.slice("-P=".length)]!),
    ...EMBEDDED[program].map((path) => `--include=${path}`),
    `--output=${output}`,
    script,
  ];
}

/**
 * A set of permissions, written out: `-P` is newer than Deno 2.4, in which binaries are tested.
 *
 * - The bridge may be loaded from anywhere: Deno unpacks an embedded library into a temporary file,
 *   whose name nobody knows before.
 * - Programs that may be run are named by where they usually are: of a bare name that is not in
 *   `PATH`, or where there is no `PATH`, Deno would speak at each start, or not start at all.
 */
export function permissionFlags(set: PermissionSet): string[] {
  return Object.entries(set).map(([name, allowed]) => {
    if (name === "ffi" || typeof allowed === "boolean") return `--allow-${name}`;
    return `--allow-${name}=${(name === "run" ? allowed.flatMap(usualPlaces) : allowed).join()}`;
  });
}

/** Where a program is, if it is anywhere; a path says that itself. */
function usualPlaces(program: string): string[] {
  return Deno.build.os === "windows" || program.startsWith("/")
    ? [program]
    : PROGRAM_FOLDERS.map((folder) => `${folder}/${program}`);
}
