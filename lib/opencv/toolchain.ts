/**
 * Finds what the bridge is built with: a C++ compiler, OpenCV's headers, TurboJPEG's.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { CaptureVideoError } from "../flow/errors.ts";
import { NONE_ON_WINDOWS } from "./ffi.ts";

/** What one build works with. */
export interface Toolchain {
  readonly compiler: string;
  /** OpenCV's version, such as `4.6.0`. */
  readonly openCvVersion: string;
  readonly includeFlags: readonly string[];
  readonly libraryFlags: readonly string[];
  /** Whether OpenCV's cameras, films and streams can be built: their headers are there. */
  readonly captures: boolean;
  /** This system's kind of windows, where its headers are there. */
  readonly windows: "x11" | "highgui" | undefined;
}

/** What to install where, for messages. */
const PACKAGES = Deno.build.os === "darwin"
  ? "brew install opencv jpeg-turbo pkg-config"
  : "apt install g++ libopencv-videoio-dev libturbojpeg0-dev libjpeg-dev libxext-dev";

const VERSION_HEADER = "opencv2/core/version.hpp";

/** Where libraries usually are, and need no flags to be found. */
const USUAL_PREFIXES = ["/usr", "/usr/local"];

/**
 * Looks at the machine; runs nothing but, where a library is in no usual place, `pkg-config`.
 *
 * @param headerFolders where OpenCV's headers are looked for before `pkg-config` is asked
 * @throws {CaptureVideoError} `bridge-unavailable`, naming what is missing and how to get it
 */
export async function findToolchain(
  headerFolders: readonly string[] = USUAL_PREFIXES.map((prefix) => `${prefix}/include/opencv4`),
): Promise<Toolchain> {
  if (Deno.build.os === "windows") {
    throw new CaptureVideoError(
      "bridge-unavailable",
      `Cannot build the OpenCV bridge: ${NONE_ON_WINDOWS}`,
    );
  }
  const compiler = findCompiler();
  const usual = firstWith(headerFolders, VERSION_HEADER);
  const flags = usual === undefined ? await askPkgConfig("opencv4") : [`-I${usual}`];
  const named = flags?.filter(isIncludeFlag).map((flag) => flag.slice(2)) ?? [];
  const headers = firstWith(named, VERSION_HEADER);
  if (flags === undefined || headers === undefined) {
    throw missing("OpenCV's headers are not installed");
  }
  const has = (header: string) => existsSync(`${headers}/opencv2/${header}`);
  if (!has("imgproc.hpp")) throw missing("OpenCV's header imgproc.hpp is not installed");
  const jpegFlags = await findLibjpegTurbo();
  return {
    compiler,
    openCvVersion: versionIn(await Deno.readTextFile(`${headers}/${VERSION_HEADER}`)),
    includeFlags: [...flags, ...jpegFlags].filter(isIncludeFlag),
    libraryFlags: [...flags, ...jpegFlags].filter((flag) => flag.startsWith("-L")),
    captures: has("videoio.hpp") && has("imgcodecs.hpp"),
    windows: windowsOf(headers),
  };
}

function findCompiler(): string {
  const asked = Deno.env.get("CXX");
  const folders = (Deno.env.get("PATH") ?? "").split(":").filter((folder) => folder !== "");
  const found = (asked ? [asked] : ["g++", "c++", "clang++"])
    .flatMap((name) => name.includes("/") ? [name] : folders.map((folder) => `${folder}/${name}`))
    .find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw missing(`there is no C++ compiler ${asked ? `${asked} (CXX)` : "(g++)"}`);
}

/** The flags for both interfaces of libjpeg-turbo, its own for encoding and libjpeg's for decoding. */
async function findLibjpegTurbo(): Promise<string[]> {
  const headers = ["turbojpeg.h", "jpeglib.h"];
  if (headers.every((header) => firstWith(USUAL_PREFIXES, `include/${header}`))) return [];
  const flags = await askPkgConfig("libturbojpeg", "libjpeg");
  if (flags === undefined) throw missing("libjpeg-turbo's headers are not installed");
  return flags;
}

/** The flags of libraries as Homebrew and hand-built ones know them; undefined: not installed. */
async function askPkgConfig(...libraries: string[]): Promise<string[] | undefined> {
  const question = new Deno.Command("pkg-config", {
    args: ["--cflags", "--libs", ...libraries],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  });
  try {
    const { success, stdout } = await question.output();
    return success ? new TextDecoder().decode(stdout).trim().split(/\s+/) : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function isIncludeFlag(flag: string): boolean {
  return flag.startsWith("-I");
}

function versionIn(header: string): string {
  return ["MAJOR", "MINOR", "REVISION"].map((part) =>
    new RegExp(`#define CV_VERSION_${part}\\s+(\\d+)`).exec(header)?.[1] ?? "?"
  ).join(".");
}

function windowsOf(openCvHeaders: string): Toolchain["windows"] {
  const [kind, header] = Deno.build.os === "linux"
    ? ["x11", "/usr/include/X11/extensions/XShm.h"] as const
    : ["highgui", `${openCvHeaders}/opencv2/highgui.hpp`] as const;
  return existsSync(header) ? kind : undefined;
}

function firstWith(folders: readonly string[], file: string): string | undefined {
  return folders.find((folder) => existsSync(`${folder}/${file}`));
}

function missing(what: string): CaptureVideoError {
  return new CaptureVideoError(
    "bridge-unavailable",
    `Cannot build the OpenCV bridge: ${what}; try: ${PACKAGES}`,
  );
}
