/**
 * Loads the native libraries, on first use, and turns their messages into errors.
 *
 * In a single binary the libraries are embedded beside this file (`lib/release/binaries.ts`);
 * `Deno.dlopen` unpacks such a file by itself before it opens it.
 *
 * @module
 */

import { CaptureVideoError, type ErrorCode } from "../flow/errors.ts";
import {
  ABI_VERSION,
  CAPTURE_SYMBOLS,
  CORE_SYMBOLS,
  ERROR_BYTES,
  SYSTEM_SYMBOLS,
  V4L2_SYMBOLS,
  WINDOW_SYMBOLS,
} from "./symbols.ts";

/** The calls of the library without OpenCV. */
export type SystemCalls = Deno.DynamicLibrary<typeof SYSTEM_SYMBOLS>["symbols"];

/** The calls of the library of pictures. */
export type CoreCalls = Deno.DynamicLibrary<typeof CORE_SYMBOLS>["symbols"];

/** The calls of the library of cameras, films and streams. */
export type CaptureCalls = Deno.DynamicLibrary<typeof CAPTURE_SYMBOLS>["symbols"];

/** The calls that ask Linux about cameras. */
export type V4l2Calls = Deno.DynamicLibrary<typeof V4L2_SYMBOLS>["symbols"];

/** The calls of the library with windows. */
export type WindowCalls = Deno.DynamicLibrary<typeof WINDOW_SYMBOLS>["symbols"];

/** The folder that `deno task build` fills. */
export const BUILD_FOLDER: URL = new URL("./.build/", import.meta.url);

/** In that folder, and in single binaries: the end of a sentence that says what those need. */
export const NEEDS_FILE_NAME = "needs";

/** Why there is none on Windows, and what to do, as the end of a sentence. */
export const NONE_ON_WINDOWS =
  "on Windows there is none but inside WSL; host --source browser and guest --web do without";

/** The file name of a library, such as `core`, on this system; on Windows nothing is built. */
export function libraryFileName(name: string): string {
  return `libcapturevideo_${name}.${Deno.build.os === "darwin" ? "dylib" : "so"}`;
}

/** What the system says of a library that is there and is none: a build does not look inside. */
const DAMAGED = /too short|ELF|undefined symbol/;

/**
 * The library without OpenCV, loaded on first use.
 *
 * @throws {CaptureVideoError} `bridge-unavailable`: not built, or it does not load
 */
export const system: () => SystemCalls = onFirstUse(() => {
  const calls = open("system", SYSTEM_SYMBOLS);
  checkAbi(calls.system_abi_version());
  return calls;
});

/**
 * The library of pictures, loaded on first use.
 *
 * @throws {CaptureVideoError} `bridge-unavailable`: not built, or it does not load
 */
export const core: () => CoreCalls = onFirstUse(() => {
  system();
  const calls = open("core", CORE_SYMBOLS);
  checkAbi(calls.core_abi_version());
  calls.core_initialise();
  return calls;
});

/**
 * The library of cameras, films and streams, loaded on first use: what OpenCV needs for those takes
 * ten times as long to load as all else, and a guest does without.
 *
 * @throws {CaptureVideoError} `bridge-unavailable`: not built, or it does not load
 */
export const capture: () => CaptureCalls = onFirstUse(() => {
  core();
  const calls = open("capture", CAPTURE_SYMBOLS);
  checkAbi(calls.capture_abi_version());
  calls.capture_initialise();
  return calls;
});

/**
 * What asks Linux about cameras, in the library without OpenCV.
 *
 * @throws {CaptureVideoError} `bridge-unavailable`: not built, it does not load, or not on Linux
 */
export const v4l2: () => V4l2Calls = onFirstUse(() => {
  if (Deno.build.os !== "linux") {
    throw new CaptureVideoError(
      "bridge-unavailable",
      Deno.build.os === "windows"
        ? "Cannot ask for cameras: on Windows the browser does, which --source browser opens"
        : "Cannot ask for cameras: only Linux tells; name the camera by its index, 0, 1, …",
    );
  }
  system();
  return open("system", V4L2_SYMBOLS);
});

/**
 * The library with windows, loaded on first use.
 *
 * @throws {CaptureVideoError} `bridge-unavailable`: not built, or it does not load
 */
export const windows: () => WindowCalls = onFirstUse(() => {
  core();
  const calls = open("window", WINDOW_SYMBOLS);
  checkAbi(calls.window_abi_version());
  return calls;
});

/** A library that did not load stays away: half of a program would else go by another clock. */
function onFirstUse<Calls>(load: () => Calls): () => Calls {
  let calls: Calls | undefined;
  let failure: { error: unknown } | undefined;
  return () => {
    if (failure) throw failure.error;
    try {
      return calls ??= load();
    } catch (error) {
      failure = { error };
      throw error;
    }
  };
}

/** The calls of a library where it loads, for what can do without them. */
export function ifThere<Calls>(load: () => Calls): Calls | undefined {
  try {
    return load();
  } catch (error) {
    const unavailable = error instanceof CaptureVideoError ||
      error instanceof Deno.errors.NotCapable;
    if (unavailable) return undefined;
    throw error;
  }
}

/**
 * Sees to it, before there is any other work, that what needs OpenCV has it.
 *
 * @param action what needs it; completes "Cannot ...": `show pictures in a window`
 * @param part what of it: `capture` is cameras, films and streams
 * @throws {CaptureVideoError} `bridge-unavailable`: not built, or it does not load
 */
export function needOpenCv(action: string, part: "core" | "capture" = "core"): void {
  try {
    if (part === "core") core();
    else capture();
  } catch (error) {
    if (!(error instanceof CaptureVideoError)) throw error;
    const why = error.message.replace(/^Cannot (load|use) the OpenCV bridge: /, "");
    const line = `Cannot ${action} without the OpenCV bridge: ${why}`;
    throw new CaptureVideoError(error.code, line, { cause: error });
  }
}

/** The version of OpenCV the bridge was built with, such as `4.6.0`. */
export function openCvVersion(): string {
  const text = new Uint8Array(64);
  core().core_opencv_version(text, text.length);
  return textOf(text);
}

function open<Symbols extends Deno.ForeignLibraryInterface>(name: string, symbols: Symbols) {
  if (Deno.build.os === "windows") {
    const line = `Cannot load the OpenCV bridge: ${NONE_ON_WINDOWS}`;
    throw new CaptureVideoError("bridge-unavailable", line);
  }
  const file = new URL(libraryFileName(name), BUILD_FOLDER);
  try {
    return Deno.dlopen(file, symbols).symbols;
  } catch (cause) {
    if (cause instanceof Deno.errors.NotCapable) throw cause;
    const words = cause instanceof Error ? cause.message.trim() : String(cause);
    throw new CaptureVideoError(
      "bridge-unavailable",
      `Cannot load the OpenCV bridge: ${words.replace(/^(Could not open library: )+/, "")}; ${
        adviceFor(name, words)
      }`,
      { cause },
    );
  }
}

/** What helps against a library that does not load, by the words that the system has for it. */
function adviceFor(name: string, words: string): string {
  if (words.includes("Too many open files")) return "a higher ulimit -n allows more";
  if (Deno.build.standalone) {
    return `this needs ${Deno.readTextFileSync(new URL(NEEDS_FILE_NAME, BUILD_FOLDER))}`;
  }
  if (DAMAGED.test(words)) return `delete lib/opencv/.build and run "deno task build"`;
  if (name === "capture") return `run "deno task setup", then try again`;
  if (name !== "window" || Deno.build.os !== "linux") return `run "deno task build"`;
  return `install libxext-dev and run "deno task build", or use --no-window or --no-preview`;
}

function checkAbi(found: number): void {
  if (found === ABI_VERSION) return;
  throw new CaptureVideoError(
    "bridge-unavailable",
    `Cannot use the OpenCV bridge: it has version ${found} and not ${ABI_VERSION}; ` +
      `run "deno task build"`,
  );
}

/** Room for one message from the native side. A call off this thread needs one of its own. */
export function errorText(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(ERROR_BYTES);
}

/** The text that the native side left in `buffer`, up to its NUL. */
export function textOf(buffer: Uint8Array): string {
  const end = buffer.indexOf(0);
  return new TextDecoder().decode(end < 0 ? buffer : buffer.subarray(0, end));
}

/**
 * `text` as C wants it: UTF-8, NUL-terminated.
 *
 * @throws {TypeError} it holds a NUL itself
 */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  if (text.includes("\0")) throw new TypeError("Cannot pass a text to OpenCV: it holds a NUL");
  return new TextEncoder().encode(text + "\0");
}

const syncError = errorText();

/**
 * Makes a synchronous call that returns a status, and throws its message where it failed.
 *
 * @param action completes "Cannot ...": `resize a picture`
 * @param args what follows the buffer for the message
 * @returns the status, zero or more
 * @throws {CaptureVideoError} `opencv`, with OpenCV's own words
 */
export function checked<Args extends unknown[]>(
  action: string,
  call: (error: Uint8Array<ArrayBuffer>, ...args: Args) => number,
  ...args: Args
): number {
  const status = call(syncError, ...args);
  if (status < 0) throw failure("opencv", action, syncError);
  return status;
}

/** The same for a call that makes a native object. */
export function created<Args extends unknown[]>(
  action: string,
  call: (error: Uint8Array<ArrayBuffer>, ...args: Args) => Deno.PointerValue,
  ...args: Args
): Deno.PointerObject {
  const pointer = call(syncError, ...args);
  if (pointer === null) throw failure("opencv", action, syncError);
  return pointer;
}

/** The error for a call that left its message in `error`. */
export function failure(code: ErrorCode, action: string, error: Uint8Array): CaptureVideoError {
  return new CaptureVideoError(code, `Cannot ${action}: ${textOf(error)}`);
}

/** Waits for a call off this thread while keeping alive the buffers whose memory it was given. */
export async function keeping<T>(call: Promise<T>, ...inUse: unknown[]): Promise<T> {
  try {
    return await call;
  } finally {
    // Reached only now, so that the collector cannot have had them before.
    inUse.length = 0;
  }
}
