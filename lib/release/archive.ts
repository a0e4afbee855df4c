/**
 * Single binaries of all programs, with the licence and a page on what they need, as one archive.
 *
 * @module
 */

import { VERSION } from "../cli/version.ts";
import { BUILD_FOLDER, NEEDS_FILE_NAME } from "../opencv/ffi.ts";
import { runCommand } from "../setup/run_command.ts";
import { SetupError } from "../setup/setup_error.ts";
import { PROJECT_DIRECTORY } from "../setup/tasks.ts";
import { BINARIES, binaryName, compileArguments } from "./binaries.ts";
import { describeNeeds, needsOfBinaries } from "./needs.ts";
import { readmeOf } from "./readme.ts";

/** How an archive is made. */
export interface ArchiveOptions {
  /** Where it is made: an absolute path. */
  readonly into: string;
  /** The Deno that compiles; its version is that of the runtime inside. */
  readonly deno: string;
  /** Further flags of `deno compile`. */
  readonly flags?: readonly string[];
  /** Added to the environment of `deno compile`. */
  readonly env?: Record<string, string>;
  /** Takes a line that says what is going on. */
  readonly report: (line: string) => void;
}

/** What was made. */
export interface Archive {
  /** The archive's path. */
  readonly path: string;
  /** The name of the folder in it. */
  readonly name: string;
  /** What `deno compile` says of each binary: the files inside, with their sizes. */
  readonly said: ReadonlyMap<string, string>;
}

/** This system, as the archive's name has it: `linux-x86_64`. */
export const SYSTEM = `${Deno.build.os === "darwin" ? "macos" : Deno.build.os}-${Deno.build.arch}`;

/**
 * Compiles every program and packs the archive.
 *
 * @throws {SetupError} when Deno's runtime cannot be had, or something else is missing
 */
export async function makeArchive(options: ArchiveOptions): Promise<Archive> {
  const { into, deno, report } = options;
  const name = `capturevideo-${VERSION}-${SYSTEM}`;
  const folder = `${into}/${name}`;
  await Deno.mkdir(into, { recursive: true });
  await removeIfThere(folder);
  await Deno.mkdir(folder);

  const needs = await needsOfBinaries();
  await Deno.writeTextFile(new URL(NEEDS_FILE_NAME, BUILD_FOLDER), describeNeeds(needs));
  const said = new Map<string, string>();
  for (const program of BINARIES) {
    const file = binaryName(program);
    report(`compiling ${file}`);
    said.set(file, await compile(compileArguments(program, `${folder}/${file}`), options));
  }
  await Deno.copyFile(`${PROJECT_DIRECTORY}/LICENSE`, `${folder}/LICENSE`);
  await Deno.writeTextFile(
    `${folder}/README.md`,
    readmeOf({ needs, runtime: await versionOf(deno) }),
  );
  const path = `${folder}.tar.gz`;
  report(`packing ${path}`);
  await run("tar", ["-czf", path, "-C", into, name]);
  return { path, name, said };
}

/** Compiles one program. */
async function compile(
  args: string[],
  { deno, flags = [], env = {} }: ArchiveOptions,
): Promise<string> {
  const [command = "", ...rest] = args.filter((arg) => arg !== "--quiet");
  const { success, stderr } = await new Deno.Command(deno, {
    args: [command, ...flags, ...rest],
    cwd: PROJECT_DIRECTORY,
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  const said = new TextDecoder().decode(stderr);
  if (success) return said;
  throw new SetupError(whyNotCompiled(said, env["DENORT_BIN"] ?? Deno.env.get("DENORT_BIN")));
}

/**
 * Why `deno compile` failed, in one line.
 *
 * @param said what it wrote to standard error
 * @param runtime the file that it was to take as Deno's runtime, where one was named
 */
export function whyNotCompiled(said: string, runtime: string | undefined): string {
  const causes = Array.from(said.matchAll(/^ +\d+: (?!<unknown>)(.+)$/gm), ([, cause]) => cause!);
  if (said.includes("Could not find denort")) {
    return `Cannot take ${runtime}, which DENORT_BIN names, as Deno's runtime: ${causes.at(-1)}`;
  }
  const [url] = /https:\/\/\S+\/denort-[\w-]+\.zip/.exec(said) ?? [];
  if (url !== undefined) {
    return `Cannot fetch Deno's runtime, ${url}: ${causes.at(-1)}; where you have it, unpack it ` +
      "and set DENORT_BIN to the file denort";
  }
  return `Cannot compile: ${/^error: (.+)$/m.exec(said)?.[1] ?? said.trim()}`;
}

async function versionOf(deno: string): Promise<string> {
  return /^deno (\S+)/.exec(await run(deno, ["--version"]))?.[1] ?? "";
}

/** Runs a program that must end well, and returns what it writes. */
async function run(program: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runCommand(program, args);
  if (code === 0) return stdout;
  throw new SetupError(`Cannot run ${program}: ${stderr.trim().split("\n").at(-1)}`);
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
