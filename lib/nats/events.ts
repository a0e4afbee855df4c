/**
 * What a reader tells as it happens.
 *
 * @module
 */

import { CaptureVideoError, type ErrorCode } from "../flow/errors.ts";
import type { StatusMessage, WelcomeMessage } from "../protocol/messages.ts";

/** What happens, in its order: as on a connection to a host itself, and some more. */
export type NatsEvent =
  | { readonly type: "answer" }
  | WelcomeMessage
  | StatusMessage
  /** The pictures come through other channels than was said before, as in a WELCOME. */
  | { readonly type: "via"; readonly via: WelcomeMessage["via"] }
  | {
    readonly type: "picture";
    /** Nobody else's to write to. */
    readonly jpeg: Uint8Array;
    /** When it was captured, as a guest's `Picture` has it. */
    readonly capturedAtMicros: number | undefined;
  }
  | { readonly type: "answered" }
  | { readonly type: "silence"; readonly silent: boolean }
  /** No pictures come, and why; it is tried again. */
  | { readonly type: "failed"; readonly failure: CaptureVideoError }
  /** A line for people: there is something to know, or a message is damaged. */
  | { readonly type: "notice" | "damaged"; readonly message: string };

/** That no pictures come, and why. */
export function failed(code: ErrorCode, message: string): NatsEvent {
  return { type: "failed", failure: new CaptureVideoError(code, message) };
}

/** That nobody publishes what is to be shown. */
export function nobodyPublishes(called: string): NatsEvent {
  return failed("connection", `Cannot show ${called}: no host publishes it by NATS now`);
}

/**
 * What the server says is wrong; nothing where a reader finds that out itself: whether it may ask.
 *
 * @throws {CaptureVideoError} `turned-away`, when it may not read
 */
export function serverError(
  error: Error & { operation?: string; subject?: string },
  called: string,
): NatsEvent | undefined {
  const { operation, subject } = error;
  if (operation === "publish" || subject?.startsWith("_INBOX.")) return undefined;
  if (operation === undefined) {
    return { type: "notice", message: `the NATS server says: ${error.message}` };
  }
  throw new CaptureVideoError(
    "turned-away",
    `Cannot show ${called}: the NATS server does not let this user read ${subject}`,
  );
}
