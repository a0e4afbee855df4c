/**
 * Folders, links and small files below /dev, /sys and /proc, read through the C library.
 *
 * What is not there, or may not be read, is `undefined` or empty: devices and processes come and
 * go while one looks.
 *
 * @module
 */

import { fromCString, toCString } from "./c_string.ts";
import { checkedCall, libc } from "./libc.ts";

const O_RDONLY = 0;
const O_DIRECTORY = Deno.build.arch === "aarch64" ? 0o40000 : 0o200000;
const O_CLOEXEC = 0o2000000;

/** What is read at a time: more than any line of sysfs and any path. */
const CHUNK_BYTES = 16_384;

/** Where `struct linux_dirent64` has its own length and its name. */
const DIRENT_LENGTH = 16;
const DIRENT_NAME = 19;

/** Where `struct statx` has the group; it is the same on every processor. */
const STATX_GROUP = 24;
const STATX_BYTES = 256;
const STATX_GID = 0x10;
const AT_FDCWD = -100;

/** The names in a folder, in order, without `.` and `..`. */
export function namesIn(folder: string): string[] {
  const names: string[] = [];
  eachChunk(
    folder,
    O_DIRECTORY,
    (file, into) => libc().getdents64(file, into, size(into)),
    (chunk) => {
      const view = new DataView(chunk.buffer, 0, chunk.length);
      for (let at = 0; at < chunk.length; at += view.getUint16(at + DIRENT_LENGTH, true)) {
        const end = at + view.getUint16(at + DIRENT_LENGTH, true);
        names.push(fromCString(chunk.subarray(at + DIRENT_NAME, end)));
      }
    },
  );
  return names.filter((name) => name !== "." && name !== "..").sort();
}

/** A text file without the line end at its end. */
export function textIn(path: string): string | undefined {
  const decoder = new TextDecoder();
  let text = "";
  const found = eachChunk(path, 0, (file, into) => libc().read(file, into, size(into)), (chunk) => {
    text += decoder.decode(chunk, { stream: true });
  });
  return found ? text.trimEnd() : undefined;
}

/** What a link points to, as it is written there. */
export function linkTarget(path: string): string | undefined {
  const target = new Uint8Array(CHUNK_BYTES);
  const length = Number(libc().readlink(toCString(path), target, size(target)));
  return length < 0 ? undefined : new TextDecoder().decode(target.subarray(0, length));
}

/**
 * The group that a file belongs to: its name, or its number where /etc/group has none.
 *
 * @throws {ErrnoError} there is no such file
 */
export function groupOf(path: string): string {
  const stat = new Uint8Array(STATX_BYTES);
  const result = libc().statx(AT_FDCWD, toCString(path), 0, STATX_GID, stat);
  checkedCall(result, `look at ${path}`);
  const id = String(new DataView(stat.buffer).getUint32(STATX_GROUP, true));
  const groups = (textIn("/etc/group") ?? "").split("\n").map((line) => line.split(":"));
  return groups.find(([, , number]) => number === id)?.[0] ?? id;
}

/** Reads a file or folder piece by piece; false where it can't be opened or read. */
function eachChunk(
  path: string,
  flags: number,
  read: (file: number, into: Uint8Array<ArrayBuffer>) => number | bigint,
  use: (chunk: Uint8Array<ArrayBuffer>) => void,
): boolean {
  const calls = libc();
  const file = calls.open(toCString(path), O_RDONLY | O_CLOEXEC | flags);
  if (file < 0) return false;
  try {
    const buffer = new Uint8Array(CHUNK_BYTES);
    while (true) {
      const length = Number(read(file, buffer));
      if (length <= 0) return length === 0;
      use(buffer.subarray(0, length));
    }
  } finally {
    calls.close(file);
  }
}

function size(buffer: Uint8Array): bigint {
  return BigInt(buffer.length);
}
