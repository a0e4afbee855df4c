/**
 * A picture on the guest's side, and who hands it out.
 *
 * @module
 */

import type { Mat } from "../opencv/mod.ts";

/** A decoded picture, lent to one reader. */
export interface Picture {
  /** The pixels, BGR. */
  readonly mat: Mat;
  /** The JPEG as it arrived. */
  readonly jpeg: Uint8Array;
  /** When it was captured, in microseconds of our own clock; `undefined` where nobody knows. */
  readonly capturedAtMicros: number | undefined;
  /** Gives the Mat back; to be called once. */
  release(): void;
}

/** How the way from the camera to here is. */
export interface LinkState {
  /** `live`: pictures come; `connecting`: they have yet to come; `lost`: they came and stopped. */
  readonly state: "connecting" | "live" | "lost";
  /** What is the matter, in words for people. */
  readonly why: string;
}

/** What was received up to now. */
export interface ReceiverCounts {
  /** Pictures that arrived whole. */
  received: number;
  /** Pictures that a newer one replaced before they could be shown. */
  replaced: number;
  /** Pictures that could not be decoded. */
  damaged: number;
  /** Bytes of JPEG that arrived. */
  receivedBytes: number;
  /** Connections made after the first. */
  reconnects: number;
}

/** Where a window gets its pictures from. */
export interface PictureFeed {
  /** How the link is now. */
  readonly link: LinkState;
  /** The counts up to now. */
  readonly counts: ReceiverCounts;
  /** Waits for the newest picture; `undefined` when no more will come. */
  next(): Promise<Picture | undefined>;
}
