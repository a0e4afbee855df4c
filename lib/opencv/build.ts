/**
 * Compiles the native bridge into `.build/`, where anything it depends on has changed.
 *
 * @example
 * ```ts ignore
 * import { buildBridge } from "./build.ts";
 *
 * const { built, openCvVersion } = await buildBridge();
 * ```
 * @module
 */

import { CaptureVideoError } from "../flow/errors.ts";
import { BUILD_FOLDER, libraryFileName } from "./ffi.ts";
import { findToolchain, type Toolchain } from "./toolchain.ts";

const SOURCE_FOLDER = new URL("./native/", import.meta.url);

const DLOPEN_FLAGS = Deno.build.os === "linux" ? ["-ldl"] : [];

/** The libraries with windows, each built where its headers are there. */
const WINDOW_LIBRARIES: readonly {
  name: string;
  source: string;
  flags: readonly string[];
  isPossible: (toolchain: Toolchain) => boolean;
}[] = [
  {
    name: "window",
    source: "window.cpp",
    flags: ["-lopencv_core", "-lopencv_highgui", ...DLOPEN_FLAGS],
    isPossible: ({ highgui }) => highgui,
  },
  {
    name: "x11",
    source: "x11_window.cpp",
    flags: ["-lopencv_core", "-lopencv_imgproc", "-lX11", "-lXext", ...DLOPEN_FLAGS],
    isPossible: ({ x11 }) => x11,
  },
];
const FINGERPRINT_FILE = "fingerprint";
const FLAGS = [
  "-std=c++17",
  "-O3",
  "-fPIC",
  "-shared",
  "-fvisibility=hidden",
  "-Wall",
  "-Wextra",
];

/** How to build. */
export interface BuildOptions {
  /** Leave TurboJPEG out even where it is installed. Default false. */
  readonly withoutTurboJpeg?: boolean;
  /** Where OpenCV's headers are looked for first. Default: `/usr` and `/usr/local`. */
  readonly headerFolders?: readonly string[];
  /** Called once before the compiler starts, with what is about to be built. */
  readonly onStart?: (result: BuildResult) => void;
}

/** What {@linkcode buildBridge} found and did. */
export interface BuildResult {
  /** Whether anything was compiled; false where all was up to date. */
  readonly built: boolean;
  /** OpenCV's version, such as `4.6.0`. */
  readonly openCvVersion: string;
  /** The JPEG codec in it. */
  readonly jpegLibrary: "turbojpeg" | "opencv";
  /** Whether there is a library for windows: without X11's headers, elsewhere highgui's, there is none. */
  readonly windows: boolean;
}

/**
 * Builds the libraries unless they are up to date with the sources, the flags, the compiler and
 * the installed OpenCV. Any number of processes may do so at once.
 *
 * @throws {CaptureVideoError} `bridge-unavailable`: something is missing, which the message names,
 * or the compiler failed, and the cause has what it printed
 */
export async function buildBridge(options: BuildOptions = {}): Promise<BuildResult> {
  const toolchain = await findToolchain(options.headerFolders);
  const turboJpeg = toolchain.turboJpeg && options.withoutTurboJpeg !== true;
  const result = (built: boolean): BuildResult => ({
    built,
    openCvVersion: toolchain.openCvVersion,
    jpegLibrary: turboJpeg ? "turbojpeg" : "opencv",
    windows: Deno.build.os === "linux" ? toolchain.x11 : toolchain.highgui,
  });
  const sources = await readSources();
  const fingerprint = await fingerprintOf(toolchain, turboJpeg, sources);
  if (await isUpToDate(fingerprint, toolchain)) return result(false);

  options.onStart?.(result(true));
  await Deno.mkdir(BUILD_FOLDER, { recursive: true });
  const names = [...sources.keys()].filter((name) => name.endsWith(".cpp"));
  const windowSources = new Set(WINDOW_LIBRARIES.map(({ source }) => source));
  const modules = ["core", "imgproc", "imgcodecs", "videoio"];
  await Promise.all([
    compile(toolchain, "opencv", names.filter((name) => !windowSources.has(name)), [
      ...(turboJpeg ? ["-DHAVE_TURBOJPEG"] : []),
      ...modules.map((module) => `-lopencv_${module}`),
      ...(turboJpeg ? ["-lturbojpeg", "-ljpeg"] : []),
      ...DLOPEN_FLAGS,
    ]),
    ...WINDOW_LIBRARIES.map(({ name, source, flags, isPossible }) =>
      isPossible(toolchain)
        ? compile(toolchain, name, [source], flags)
        : removeIfThere(libraryFileName(name))
    ),
  ]);
  await replace(FINGERPRINT_FILE, (path) => Deno.writeTextFile(path, fingerprint));
  return result(true);
}

async function readSources(): Promise<Map<string, string>> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(SOURCE_FOLDER)) {
    if (/\.(cpp|h)$/.test(entry.name)) names.push(entry.name);
  }
  names.sort();
  const texts = await Promise.all(
    names.map((name) => Deno.readTextFile(new URL(name, SOURCE_FOLDER))),
  );
  return new Map(names.map((name, index) => [name, texts[index]!]));
}

async function fingerprintOf(
  toolchain: Toolchain,
  turboJpeg: boolean,
  sources: Map<string, string>,
): Promise<string> {
  // The compiler by size and date: asking it for its version takes longer than all the rest.
  const { size, mtime } = await Deno.stat(toolchain.compiler);
  const facts = JSON.stringify([
    Deno.build.target,
    toolchain,
    size,
    mtime,
    turboJpeg,
    FLAGS,
    [...sources],
  ]);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(facts));
  return new Uint8Array(digest).toHex();
}

async function isUpToDate(fingerprint: string, toolchain: Toolchain): Promise<boolean> {
  const windows = WINDOW_LIBRARIES.filter(({ isPossible }) => isPossible(toolchain));
  const libraries = ["opencv", ...windows.map(({ name }) => name)];
  try {
    const found = await Deno.readTextFile(new URL(FINGERPRINT_FILE, BUILD_FOLDER));
    for (const name of libraries) await Deno.stat(new URL(libraryFileName(name), BUILD_FOLDER));
    return found === fingerprint;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function compile(
  toolchain: Toolchain,
  name: string,
  sources: readonly string[],
  flags: readonly string[],
): Promise<void> {
  await replace(libraryFileName(name), async (path) => {
    const { success, stderr } = await new Deno.Command(toolchain.compiler, {
      args: [
        ...FLAGS,
        ...toolchain.includeFlags,
        ...toolchain.libraryFlags,
        ...sources,
        ...flags,
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

async function removeIfThere(name: string): Promise<void> {
  try {
    await Deno.remove(new URL(name, BUILD_FOLDER));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
