/**
 * The few calls of the C library that reach a camera's driver, with their error numbers.
 *
 * Deno's own file functions refuse /dev, /sys and /proc to a program that is not allowed
 * everything; a program that may load the C library needs nothing more than that:
 * `--allow-ffi=/lib/x86_64-linux-gnu/libc.so.6`, or where the system has it.
 *
 * @module
 */

import { CaptureVideoError } from "../../errors.ts";
import { fromCString } from "./c_string.ts";

/**
 * Calls with `...` in C are declared as they are used here, which 64-bit Linux passes alike. All
 * answer in buffers: to look behind a pointer, Deno wants every library allowed.
 */
const SYMBOLS = {
  // int open(const char* path, int flags, ...)
  open: { parameters: ["buffer", "i32"], result: "i32" },
  // int close(int fd)
  close: { parameters: ["i32"], result: "i32" },
  // int ioctl(int fd, unsigned long request, ...)
  ioctl: { parameters: ["i32", "usize", "buffer"], result: "i32" },
  // ssize_t read(int fd, void* buffer, size_t count)
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  // ssize_t readlink(const char* path, char* buffer, size_t size)
  readlink: { parameters: ["buffer", "buffer", "usize"], result: "isize" },
  // int statx(int folder, const char* path, int flags, unsigned int mask, struct statx* result)
  statx: { parameters: ["i32", "buffer", "i32", "u32", "buffer"], result: "i32" },
  // ssize_t getdents64(int fd, void* buffer, size_t size)
  getdents64: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  // int __xpg_strerror_r(int number, char* buffer, size_t size)
  __xpg_strerror_r: { parameters: ["i32", "buffer", "usize"], result: "i32" },
  // int* __errno_location(void)
  __errno_location: { parameters: [], result: "pointer" },
  // void* memcpy(void* to, const void* from, size_t bytes)
  memcpy: { parameters: ["buffer", "pointer", "usize"], result: "void" },
} as const satisfies Deno.ForeignLibraryInterface;

/** The C library's calls. */
export type LibcCalls = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

/** Where distributions keep the C library; by its name alone where every library is allowed. */
const LIBRARIES = [
  `/lib/${Deno.build.arch}-linux-gnu/libc.so.6`,
  "/lib64/libc.so.6",
  "libc.so.6",
];

/** The error numbers that mean something to a camera; the same on every Linux we support. */
export const ERRNO = {
  EPERM: 1,
  ENOENT: 2,
  EINTR: 4,
  EIO: 5,
  ENXIO: 6,
  EACCES: 13,
  EBUSY: 16,
  ENODEV: 19,
  EINVAL: 22,
  ENOTTY: 25,
  ENOSPC: 28,
  ERANGE: 34,
} as const;

/** A call of the C library that failed. */
export class ErrnoError extends Error {
  override readonly name = "ErrnoError";

  /**
   * @param errno the error number, one of {@linkcode ERRNO} or another
   * @param call what was called on what: `open /dev/video0`
   */
  constructor(readonly errno: number, call: string) {
    super(`Cannot ${call}: ${describeErrno(errno)}`);
  }

  /** The system's words for it: `Device or resource busy`. */
  get reason(): string {
    return describeErrno(this.errno);
  }
}

let calls: LibcCalls | undefined;

/** Where this thread's error number is. */
let errnoPointer: Deno.PointerValue = null;

/**
 * The C library's calls, loaded now if they were not.
 *
 * @throws {CaptureVideoError} `bridge-unavailable`: the system is not Linux with glibc
 * @throws {Deno.errors.NotCapable} its place is not allowed
 */
export function libc(): LibcCalls {
  return calls ??= load();
}

/** What the system calls an error number: `Device or resource busy`. */
export function describeErrno(errno: number): string {
  const text = new Uint8Array(256);
  libc().__xpg_strerror_r(errno, text, BigInt(text.length));
  return fromCString(text);
}

/**
 * Passes a call's result on unless it is negative.
 *
 * Nothing may run between the call and this check: the C library keeps one error number a thread.
 *
 * @param result what the call returned
 * @param call what was called on what, for the message
 * @throws {ErrnoError} the result is negative
 */
export function checkedCall(result: number | bigint, call: string): number {
  const number = Number(result);
  if (number >= 0) return number;
  const errno = new Int32Array(1);
  libc().memcpy(new Uint8Array(errno.buffer), errnoPointer, 4n);
  throw new ErrnoError(errno[0]!, call);
}

function load(): LibcCalls {
  const symbols = openLibrary();
  errnoPointer = symbols.__errno_location();
  return symbols;
}

function openLibrary(): LibcCalls {
  const failures: unknown[] = [];
  for (const library of LIBRARIES) {
    try {
      return Deno.dlopen(library, SYMBOLS).symbols;
    } catch (error) {
      failures.push(error);
    }
  }
  const forbidden = failures.find((error) => error instanceof Deno.errors.NotCapable);
  if (forbidden !== undefined) throw forbidden;
  throw new CaptureVideoError("bridge-unavailable", "Cannot ask for cameras: no C library found", {
    cause: new AggregateError(failures),
  });
}
