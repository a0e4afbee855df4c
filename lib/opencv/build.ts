/**
 * Compiles the native bridge into `.build/`, where anything it depends on has changed.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { CaptureVideoError } from "../flow/errors.ts";
import { hexOf } from "../text/hex.ts";
import { BUILD_FOLDER, libraryFileName } from "./ffi.ts";
import { librariesOf, type Library } from "./libraries.ts";
import { findToolchain, type Toolchain } from "./toolchain.ts";

const SOURCE_FOLDER = new URL("./native/", import.meta.url);

/**
 * Deno unloads its libraries when it ends, where a call may still hang in one, and std::cerr has a
 * buffer of OpenCV's part: they stay until the process is gone.
 */
const LOADING_FLAGS = Deno.build.os === "linux" ? ["-ldl", "-Wl,-z,nodelete"] : [];

/** Of each library, what it was made of. */
const FINGERPRINTS_FILE = "fingerprints.json";

const FLAGS = [
  ...["-pipe", "-std=c++17", "-fPIC", "-shared", "-fvisibility=hidden", "-Wall", "-Wextra"],
  "-Wno-subobject-linkage", // the sources of a library are compiled as one
];

/** How to build. */
export interface BuildOptions {
  /** What to take in place of what is found. */
  readonly instead?: Partial<Toolchain>;
  /** Where OpenCV's headers are looked for first. Default: `/usr` and `/usr/local`. */
  readonly headerFolders?: readonly string[];
  /** Called once before the compiler starts, with what is about to be built. */
  readonly onStart?: (toolchain: Toolchain) => void;
}

/** What {@linkcode buildBridge} found and did. */
export interface BuildResult extends Toolchain {
  /** Whether anything was compiled; false where all was up to date. */
  readonly built: boolean;
}

/**
 * Builds each library unless it is up to date with its sources, the flags, the compiler and the
 * installed OpenCV. Any number of processes may do so at once.
 *
 * @throws {CaptureVideoError} `bridge-unavailable`: something is missing, which the message names,
 * or the compiler failed, and the cause has what it printed
 */
export async function buildBridge(options: BuildOptions = {}): Promise<BuildResult> {
  const toolchain = { ...await findToolchain(options.headerFolders), ...options.instead };
  const libraries = librariesOf(toolchain);
  const wanted = await fingerprintsOf(libraries, toolchain);
  const found = readFingerprints();
  const outdated = libraries.filter(({ name }) =>
    found[name] !== wanted[name] || !existsSync(new URL(libraryFileName(name), BUILD_FOLDER))
  );
  const leftOver = findLeftOver(libraries);
  if (outdated.length === 0 && leftOver.length === 0) return { ...toolchain, built: false };

  options.onStart?.(toolchain);
  await makeBuildFolder();
  await Promise.all(outdated.map((library) => compile(toolchain, library)));
  for (const name of leftOver) await rm(new URL(name, BUILD_FOLDER), { force: true });
  const text = JSON.stringify(wanted);
  await replace(FINGERPRINTS_FILE, (path) => Deno.writeTextFile(path, text));
  return { ...toolchain, built: true };
}

/** Files of libraries that are no longer built: nothing would bring them up to date. */
function findLeftOver(libraries: readonly Library[]): string[] {
  if (!existsSync(BUILD_FOLDER)) return [];
  const made = libraries.map(({ name }) => libraryFileName(name));
  return Array.from(Deno.readDirSync(BUILD_FOLDER), ({ name }) => name)
    .filter((name) => /\.(so|dylib)$/.test(name) && !made.includes(name));
}

/** Makes the folder; one that root makes among a user's own, is the user's: it is built in again. */
async function makeBuildFolder(): Promise<void> {
  await Deno.mkdir(BUILD_FOLDER, { recursive: true });
  const { uid, gid } = await Deno.stat(SOURCE_FOLDER);
  const made = await Deno.stat(BUILD_FOLDER);
  if (made.uid === 0 && uid !== 0) await Deno.chown(BUILD_FOLDER, uid, gid);
}

/** What each library is to be made of, in short. */
async function fingerprintsOf(
  libraries: readonly Library[],
  toolchain: Toolchain,
): Promise<Record<string, string>> {
  const texts = Array.from(Deno.readDirSync(SOURCE_FOLDER), ({ name }) => name)
    .toSorted()
    .map((name) => [name, Deno.readTextFileSync(new URL(name, SOURCE_FOLDER))] as const);
  // The compiler by size and date: asking it for its version takes longer than all the rest.
  const { size, mtime } = await Deno.stat(toolchain.compiler);
  const { compiler, openCvVersion, includeFlags, libraryFlags } = toolchain;
  const common = [compiler, size, mtime, openCvVersion, includeFlags, libraryFlags, FLAGS];
  const entries = libraries.map(async (library) => {
    const parts = texts.filter(([name]) => name.endsWith(".h") || library.sources.includes(name));
    const facts = JSON.stringify([Deno.build.target, ...common, library, parts]);
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(facts));
    return [library.name, hexOf(new Uint8Array(digest))] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** What the libraries that are there were made of; what cannot be read is made anew. */
function readFingerprints(): Readonly<Record<string, unknown>> {
  const file = new URL(FINGERPRINTS_FILE, BUILD_FOLDER);
  try {
    return existsSync(file) ? JSON.parse(Deno.readTextFileSync(file)) : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

async function compile(toolchain: Toolchain, { name, sources, flags }: Library): Promise<void> {
  const [main = "", ...others] = sources;
  await replace(libraryFileName(name), async (path) => {
    const { success, stderr } = await new Deno.Command(toolchain.compiler, {
      args: [
        ...FLAGS,
        ...toolchain.includeFlags,
        ...toolchain.libraryFlags,
        // As one: OpenCV's headers, which take longer than all of these, are read once.
        ...others.flatMap((name) => ["-include", name]),
        main,
        ...flags,
        ...LOADING_FLAGS,
        "-o",
        path,
      ],
      cwd: SOURCE_FOLDER,
      stdout: "null",
      stderr: "piped",
    }).output();
    if (success) return;
    const output = new TextDecoder().decode(stderr);
    const first = output.split("\n").find((line) => /error|cannot find/.test(line)) ?? "it failed";
    throw new CaptureVideoError(
      "bridge-unavailable",
      `Cannot build the OpenCV bridge: ${toolchain.compiler} says: ${first.trim()}`,
      { cause: new Error(output) },
    );
  });
}

/** Makes a file under another name and then renames it: nobody ever sees half of one. */
async function replace(name: string, make: (path: string) => Promise<void>): Promise<void> {
  const file = new URL(name, BUILD_FOLDER);
  const path = decodeURIComponent(file.pathname);
  const temporary = `${path}.${Deno.pid}-${crypto.randomUUID().slice(0, 8)}`;
  try {
    await make(temporary);
    await Deno.rename(temporary, file);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
}
