/**
 * The conditions a caller may want to catch, each with a stable `code`.
 *
 * Wrong arguments are `TypeError` and `RangeError`, as everywhere; what stands here is what can
 * happen to a correct program: a camera that is gone, a peer that speaks something else.
 *
 * @example
 * ```ts
 * import { CaptureVideoError } from "./errors.ts";
 *
 * const error = new CaptureVideoError("camera-unavailable", "Cannot open camera 0: it is busy");
 * console.assert(error.code === "camera-unavailable");
 * ```
 * @module
 */

/** Every `code` a {@linkcode CaptureVideoError} can carry. */
export const ERROR_CODES = [
  /** The native bridge is missing, too old, or could not be built or loaded. */
  "bridge-unavailable",
  /** The display on which a window was is gone. */
  "display-lost",
  /** OpenCV refused a call; the message carries OpenCV's own words. */
  "opencv",
  /** The bytes are not a picture that can be decoded. */
  "damaged-jpeg",
  /** The camera, file or stream cannot be opened, or not with what was asked. */
  "camera-unavailable",
  /** The camera was there and is gone. */
  "camera-lost",
  /** The other side sent something that is not the protocol. */
  "protocol",
  /** The other side is not there, went away, or fell silent. */
  "connection",
  /** The other side ended the connection and said why. */
  "refused",
  /** The same, and that connecting again would be of no use. */
  "turned-away",
  /** What was received cannot be written where it should be. */
  "output",
  /** A host's identity or a key cannot be read, written or used. */
  "identity",
  /** The other side does not have the key, or not the same. */
  "wrong-key",
  /** One side is private, and the other is not. */
  "privacy",
  /** What runs services is not there, or refuses. */
  "service",
] as const;

/** A stable name for a condition, fit for `switch`. */
export type ErrorCode = typeof ERROR_CODES[number];

/** An error that a program reports in one line: `Cannot <action> <thing>: <what is so>`. */
export class CaptureVideoError extends Error {
  override readonly name = "CaptureVideoError";

  /**
   * @param code which condition this is
   * @param message one line, no period: what failed, on what, and what to do
   * @param options `cause`: the error underneath, where there is one
   */
  constructor(readonly code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/** A wrong option, environment variable or configuration file: exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * Whether a program was not started as it is not there, or not where this one may run it: a single
 * binary may in the usual folders.
 */
export function isNoProgram(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable;
}
