/**
 * Errors in plain words. The operating system's are known by code and name, so that a line is the
 * same wherever the error came from.
 *
 * @module
 */

import { CaptureVideoError, UsageError } from "../flow/errors.ts";

/** An error as its line. */
export interface DescribedError {
  /** One line without a period. */
  readonly line: string;
  /** Whether a correct program can run into it; the others are bugs. */
  readonly expected: boolean;
}

/**
 * The system's errors in plain words: what is so, by the code that they carry, or by their name,
 * which is all that is left of them after passing between threads.
 */
const SYSTEM_ERRORS: ReadonlyMap<unknown, string> = new Map(
  Object.entries({
    "EADDRINUSE AddrInUse":
      "the address is already in use; another program may have taken the port",
    "EADDRNOTAVAIL AddrNotAvailable": "this computer does not have that address",
    "ECONNREFUSED ConnectionRefused": "the connection was refused; nothing listens there",
    "ECONNRESET ConnectionReset": "the other side broke the connection",
    "ECONNABORTED ConnectionAborted": "the connection was aborted",
    "ENOTCONN NotConnected": "the connection is closed",
    "EPIPE BrokenPipe": "the other side does not read any more",
    "EHOSTUNREACH": "there is no route to that host",
    "EHOSTDOWN": "that host is down",
    "ENETUNREACH NetworkUnreachable": "that network cannot be reached",
    "ENETDOWN": "the network is down",
    "ETIMEDOUT TimedOut": "there was no answer in time",
    "EINVAL": "the system does not accept such an address or value",
    "EAFNOSUPPORT": "this computer has no network of that kind; IPv6 may be switched off",
    "EACCES EPERM PermissionDenied": "the system does not permit it",
    "ENOTFOUND": "no name server knows that name",
    "EAI_AGAIN": "no name server answers",
    "ENOENT NotFound": "there is no such file or directory",
    "EEXIST AlreadyExists": "it exists already",
    "EISDIR IsADirectory": "it is a directory",
    "ENOTDIR NotADirectory": "a part of the path is not a directory",
    "ELOOP FilesystemLoop": "its symbolic links lead in a circle",
    "ENAMETOOLONG": "the name is too long",
    "EBUSY Busy": "another program is using it",
    "ENODEV ENXIO": "there is no such device",
    "EIO": "the device reports an input/output error",
    "ENOSPC": "there is no space left",
    "EDQUOT": "the disk quota is used up",
    "EFBIG": "the file would be too large",
    "EROFS": "it is on a read-only file system",
    "EMFILE": "this program has too many files and connections open" +
      (Deno.build.os === "windows" ? "" : "; a higher ulimit -n allows more"),
    "ENFILE": "the system has too many files open",
    "ENOMEM": "there is not enough memory",
  }).flatMap(([keys, words]) => keys.split(" ").map((key) => [key, words])),
);

/** A name that no name server knows arrives as a plain error; Windows numbers these from 11001. */
const LOOKUP_FAILED = /^failed to lookup address information|\(os error 1100[1-4]\)/;

/** A path that Windows does not allow counts there as one that does not exist. */
const NO_PATH = /\(os error 123\)/;

/** An address's network interface, in what was being done: `connect to [fe80::1%eth0]:65432`. */
const ZONE = /\[[\da-f:.]+%(.+)\]/i;

/** Deno checks a name's form itself, before it asks anyone: `invalid host 'a..b': empty label …`. */
const INVALID_HOST = /^invalid (?:empty )?host\b/;

/** Deno's words for a variable that is no text. */
const NOT_UNICODE = /^environment variable was not valid unicode: (.+)$/;

/** Any other error of the system, in its own words; below a module's name where one did not load. */
const SYSTEM_WORDS = /(?:^|\n *\d+: )(.+) \(os error \d+\)/;

/** Deno's own permission, not the system's: `Requires env access to "HOME", run again …`. */
const MISSING_PERMISSION = /^Requires (.+? access(?: to .+?)?), run again/;

/**
 * Puts an error into one line.
 *
 * @param action what was being done, to complete "Cannot …", for errors that do not say it:
 * `listen on 127.0.0.1:65432`
 *
 * @example
 * ```ts
 * import { describeError } from "./error_text.ts";
 *
 * const { line } = describeError(new Deno.errors.ConnectionRefused(), "connect to camera:65432");
 * console.assert(line.startsWith("Cannot connect to camera:65432: the connection was refused"));
 * ```
 */
export function describeError(error: unknown, action?: string): DescribedError {
  if (!(error instanceof Error)) {
    return { line: `Unknown error: ${String(error)}`, expected: false };
  }
  if (error instanceof CaptureVideoError || error instanceof UsageError) {
    return { line: error.message, expected: true };
  }
  const reason = reasonOf(error, action);
  if (reason === undefined) return { line: `${error.name}: ${error.message}`, expected: false };
  return {
    line: action === undefined ? capitalised(reason) : `Cannot ${action}: ${reason}`,
    expected: true,
  };
}

/** What is so, without a capital; `undefined` where the error is not one of the system's. */
function reasonOf(error: Error, action = ""): string | undefined {
  const permission = MISSING_PERMISSION.exec(error.message)?.[1];
  if (error.name === "NotCapable") {
    return `Deno was not given ${permission ?? "a permission"}; the tasks in deno.json give what ` +
      "is needed";
  }
  const bytes = NOT_UNICODE.exec(error.message)?.[1];
  if (bytes !== undefined) return `an environment variable is not UTF-8: ${bytes}`;
  if (LOOKUP_FAILED.test(error.message)) {
    const zone = ZONE.exec(action)?.[1];
    return zone === undefined
      ? "no name server knows that name"
      : `this computer has no network interface ${zone} for that address`;
  }
  if (INVALID_HOST.test(error.message)) return "that is not a valid name or address";
  if (NO_PATH.test(error.message)) return "there can be no file of that name";

  const text = SYSTEM_ERRORS.get((error as { code?: unknown }).code) ??
    SYSTEM_ERRORS.get(error.name) ??
    SYSTEM_WORDS.exec(error.message)?.[1]?.toLowerCase();
  const path = pathIn(error.message);
  return text === undefined || path === "" || action.includes(path) ? text : `${text} (${path})`;
}

/** Deno names the file behind the system's words: `…(os error 2): open 'x.mp4'`. */
function pathIn(message: string): string {
  return /\(os error \d+\): \w+ '(.+)'$/.exec(message)?.[1] ?? "";
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
