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
import { findToolchain, type Toolchain } from "./toolchain.ts";

const SOURCE_FOLDER = new URL("./native/", import.meta.url);

/**
 * Deno unloads its libraries when it ends, where a call may still hang in one, and std::cerr has a
 * buffer of OpenCV's part: they stay until the process is gone.
 */
const LOADING_FLAGS = Deno.build.os === "linux" ? ["-ldl", "-Wl,-z,nodelete"] : [];

/** What each kind of window is made of, besides `native_window.cpp`. */
const WINDOW_KINDS = {
  x11: { source: "x11_window.cpp", flags: ["-lopencv_imgproc", "-lX11", "-lXext"] },
  highgui: { source: "highgui_window.cpp", flags: ["-lopencv_highgui"] },
} as const;

/** What does without OpenCV, and without a C++ library of the system's: there may be none. */
const SYSTEM_SOURCES = [
  "clock.cpp",
  "process.cpp",
  "service.cpp",
  "v4l2.cpp",
  "v4l2_abilities.cpp",
];
const SYSTEM_FLAGS = Deno.build.os === "linux"
  ? ["-static-libstdc++", "-static-libgcc", "-Wl,--exclude-libs,ALL,--gc-sections", "-s"]
  : [];

/** Of these, what the library with OpenCV has as well: the clock that stamps its pictures. */
const CLOCK_SOURCE = "clock.cpp";

const FINGERPRINT_FILE = "fingerprint";
const FLAGS = [
  ...["-std=c++17", "-O3", "-fPIC", "-shared", "-fvisibility=hidden", "-Wall", "-Wextra"],
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
 * Builds the libraries unless they are up to date with the sources, the flags, the compiler and
 * the installed OpenCV. Any number of processes may do so at once.
 *
 * @throws {CaptureVideoError} `bridge-unavailable`: something is missing, which the message names,
 * or the compiler failed, and the cause has what it printed
 */
export async function buildBridge(options: BuildOptions = {}): Promise<BuildResult> {
  const toolchain = { ...await findToolchain(options.headerFolders), ...options.instead };
  const { compiler, windows } = toolchain;
  const sources = readSources();
  // The compiler by size and date: asking it for its version takes longer than all the rest.
  const { size, mtime } = await Deno.stat(compiler);
  const facts = JSON.stringify([Deno.build.target, toolchain, size, mtime, FLAGS, sources]);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(facts));
  const fingerprint = hexOf(new Uint8Array(digest));
  const made = ["system", "opencv", ...windows ? ["window"] : []]
    .map((name) => libraryFileName(name));
  if (isUpToDate(fingerprint, made)) return { ...toolchain, built: false };

  options.onStart?.(toolchain);
  await makeBuildFolder();
  const names = sources.map(([name]) => name).filter((name) => name.endsWith(".cpp"));
  const libraries = ["core", "imgproc", "imgcodecs", "videoio"].map((name) => `opencv_${name}`);
  const elsewhere = SYSTEM_SOURCES.filter((name) => name !== CLOCK_SOURCE);
  await Promise.all([
    compile(toolchain, "system", SYSTEM_SOURCES, SYSTEM_FLAGS),
    compile(
      toolchain,
      "opencv",
      names.filter((name) => !name.endsWith("_window.cpp") && !elsewhere.includes(name)),
      [...libraries, "turbojpeg", "jpeg"].map((library) => `-l${library}`),
    ),
    windows && compile(toolchain, "window", ["native_window.cpp", WINDOW_KINDS[windows].source], [
      "-lopencv_core",
      ...WINDOW_KINDS[windows].flags,
    ]),
  ]);
  for (const { name } of Deno.readDirSync(BUILD_FOLDER)) {
    const isOld = /\.(so|dylib)$/.test(name) && !made.includes(name);
    if (isOld) await rm(new URL(name, BUILD_FOLDER), { force: true });
  }
  await replace(FINGERPRINT_FILE, (path) => Deno.writeTextFile(path, fingerprint));
  return { ...toolchain, built: true };
}

/** Makes the folder; one that root makes among a user's own, is the user's: it is built in again. */
async function makeBuildFolder(): Promise<void> {
  await Deno.mkdir(BUILD_FOLDER, { recursive: true });
  const { uid, gid } = await Deno.stat(SOURCE_FOLDER);
  const made = await Deno.stat(BUILD_FOLDER);
  if (made.uid === 0 && uid !== 0) await Deno.chown(BUILD_FOLDER, uid, gid);
}

/** The names and texts of all sources. */
function readSources(): [name: string, text: string][] {
  return Array.from(Deno.readDirSync(SOURCE_FOLDER), ({ name }) => name)
    .toSorted()
    .map((name) => [name, Deno.readTextFileSync(new URL(name, SOURCE_FOLDER))]);
}

function isUpToDate(fingerprint: string, libraries: readonly string[]): boolean {
  return [FINGERPRINT_FILE, ...libraries]
    .every((name) => existsSync(new URL(name, BUILD_FOLDER))) &&
    Deno.readTextFileSync(new URL(FINGERPRINT_FILE, BUILD_FOLDER)) === fingerprint;
}

async function compile(
  toolchain: Toolchain,
  name: string,
  sources: readonly string[],
  flags: readonly string[],
): Promise<void> {
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
