/**
 * What the guest's two threads tell each other.
 *
 * The window's thread asks for one picture at a time, so that no queue can form between the two.
 *
 * @module
 */

import type { ErrorCode } from "../errors.ts";
import type { FeedSettings, LinkState, ReceiverCounts } from "./picture.ts";

/** From the window's thread to the receiving one. */
export type ToReceiver =
  | { kind: "start"; settings: FeedSettings }
  /** The Mats at these addresses are free again, and one more picture is wanted. */
  | { kind: "next"; released: bigint[] }
  | { kind: "stop" };

/** From the receiving thread to the window's. */
export type FromReceiver =
  | { kind: "report"; link: LinkState; counts: ReceiverCounts }
  | { kind: "damaged"; message: string }
  | {
    kind: "picture";
    /** The address of the Mat, good until it is released. */
    handle: bigint;
    jpeg: Uint8Array;
    capturedAtMicros: number | undefined;
    /** With it, so that no picture is shown before it was counted. */
    counts: ReceiverCounts;
  }
  /** No more will come; the failure is what ended it, if one did. */
  | { kind: "ended"; failure: { code: ErrorCode; message: string } | undefined };
