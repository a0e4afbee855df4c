/**
 * The messages between the guest's two threads.
 *
 * The window's thread asks for one picture at a time, so that no queue can form between the two.
 *
 * @module
 */

import type { ErrorCode } from "../flow/errors.ts";
import type { FeedSettings, LinkState } from "./picture.ts";

/** From the window's thread to the receiving one. */
export type ToReceiver =
  | {
    kind: "start";
    settings: FeedSettings;
    /** Where the pictures are put: that of a `SharedSlot`. */
    slot: SharedArrayBuffer;
  }
  /** The Mats at these addresses are free again, and one more picture is wanted. */
  | { kind: "next"; released: bigint[] }
  /** The JPEG of the Mat at this address is wanted. */
  | { kind: "jpeg"; handle: bigint }
  | { kind: "stop" };

/** From the receiving thread to the window's. */
export type FromReceiver =
  | { kind: "link"; link: LinkState }
  | { kind: "damaged" | "omitted"; message: string }
  /** In the order in which they were asked for. */
  | { kind: "jpeg"; jpeg: Uint8Array }
  /** No more will come; the failure is what ended it, if one did. */
  | { kind: "ended"; failure: { code: ErrorCode; message: string } | undefined };
