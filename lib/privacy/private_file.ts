/**
 * Files that nobody but this user may read.
 *
 * @module
 */

import { CaptureVideoError, UsageError } from "../flow/errors.ts";
import { describeError } from "../text/error_text.ts";

/** None of these files has a use for more. */
const MAX_BYTES = 1024 * 1024;

/** Permissions of everybody but the owner. */
const OTHERS = 0o077;

/** Where systemd hands a service files that nobody else may read. */
const CREDENTIALS = /^\/run\/credentials\//;

/** How a file's permissions look where an access list names one user: that of a service. */
const LISTED = 0o040;

/**
 * The text of a private file; `undefined` where there is none.
 *
 * @param what what it is, for people: `the host's identity`
 * @throws {CaptureVideoError} `identity`, when it cannot be read, and when others can read it
 */
export function readPrivateFile(path: string, what: string): string | undefined {
  try {
    // A FIFO would be waited for, and a device has no end.
    const { isFile, size, mode } = Deno.statSync(path);
    if (!isFile) throw unusable(path, what, "it is not a file");
    if (size > MAX_BYTES) throw unusable(path, what, `it is larger than ${MAX_BYTES} bytes`);
    if (mode !== null && isForOthers(path, mode) && Deno.build.os !== "windows") {
      throw unusable(
        path,
        what,
        `others than you may read or change it; if nobody did, "chmod 600" puts it right`,
      );
    }
    return new TextDecoder("utf-8", { fatal: true }).decode(Deno.readFileSync(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    if (error instanceof TypeError) throw unusable(path, what, "it is not UTF-8");
    throw failure(error, `read ${what}`, path);
  }
}

/** Whether a file's permissions let others than its owner read or change it. */
export function isForOthers(path: string, mode: number): boolean {
  return (mode & OTHERS & (CREDENTIALS.test(path) ? ~LISTED : ~0)) !== 0;
}

/**
 * The text of a private file that the user has named.
 *
 * @param what what it is, for people
 * @throws {UsageError} when there is none
 * @throws {CaptureVideoError} as {@linkcode readPrivateFile} does
 */
export function readNamedFile(path: string, what: string): string {
  const text = readPrivateFile(path, what);
  if (text === undefined) throw new UsageError(`Cannot read ${what}: there is no file ${path}`);
  return text;
}

/** How {@linkcode writePrivateFile} treats a file that is there. */
export interface WritePrivateOptions {
  /** Whether a file that is there is replaced; if not, it is an error. */
  readonly replace: boolean;
}

/**
 * Writes a private file whole, or not at all: whoever reads meanwhile finds the old one or the new.
 *
 * @returns whether it was written; `false` where one is there that is not to be replaced
 * @throws {CaptureVideoError} `identity`, when it cannot be written
 */
export function writePrivateFile(
  path: string,
  text: string,
  what: string,
  { replace }: WritePrivateOptions,
): boolean {
  const beside = `${path}.${crypto.randomUUID()}`;
  try {
    Deno.mkdirSync(folderOf(path), { recursive: true, mode: 0o700 });
    try {
      writeThrough(beside, text);
      if (!replace) return linkUnlessThere(beside, path);
      Deno.renameSync(beside, path);
      return true;
    } finally {
      removeIfThere(beside);
    }
  } catch (error) {
    throw failure(error, `write ${what}`, path);
  }
}

/** An error about a private file that says which. */
export function unusable(path: string, what: string, why: string): CaptureVideoError {
  return new CaptureVideoError("identity", `Cannot use ${what} in ${path}: ${why}`);
}

/** Writes a new file, to the disk itself: a file that is renamed before may be empty after a crash. */
function writeThrough(path: string, text: string): void {
  using file = Deno.openSync(path, { write: true, createNew: true, mode: 0o600 });
  const bytes = new TextEncoder().encode(text);
  for (let written = 0; written < bytes.length;) {
    written += file.writeSync(bytes.subarray(written));
  }
  file.syncSync();
}

function linkUnlessThere(from: string, to: string): boolean {
  try {
    Deno.linkSync(from, to);
    return true;
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    return false;
  }
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function failure(error: unknown, action: string, path: string): unknown {
  const { line, expected } = describeError(error, `${action} ${path}`);
  return expected && !(error instanceof CaptureVideoError)
    ? new CaptureVideoError("identity", line, { cause: error })
    : error;
}

function folderOf(path: string): string {
  return path.replace(/[\\/][^\\/]*$/, "");
}
