/**
 * Pictures as parts of a multipart answer, which is what most programs read a camera by.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { EncodedFrame } from "../channel/encoded_frame.ts";

const BOUNDARY = "capturevideo-picture";

/** The type of an answer that is made of parts. */
export const MULTIPART = `multipart/x-mixed-replace; boundary=${BOUNDARY}`;

/** What stands before the first part. */
export const FIRST_BOUNDARY: Uint8Array = new TextEncoder().encode(`--${BOUNDARY}\r\n`);

/** A picture as one buffer, which nobody writes to. */
export interface PicturePart {
  /** Headers, JPEG, and the boundary behind it: browsers wait for that before they show it. */
  readonly bytes: Uint8Array;
  readonly jpeg: Uint8Array;
  /** When it was captured, in microseconds of the host's clock. */
  readonly capturedAtMicros: number;
  /** The same, in seconds since 1970. */
  readonly timestamp: string;
}

/**
 * Makes the part of each picture once, for however many readers.
 *
 * A frame's own buffer goes on to be another picture's; a part is left to the garbage collector,
 * since nobody can say when the network has it.
 */
export class FrameParts {
  readonly #now: () => number;
  #newest: { readonly frame: EncodedFrame; readonly part: PicturePart } | undefined;

  /** @param now the host's monotonic clock, in microseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  get newest(): PicturePart | undefined {
    return this.#newest?.part;
  }

  of(frame: EncodedFrame): PicturePart {
    if (this.#newest?.frame !== frame) this.#newest = { frame, part: this.#make(frame) };
    return this.#newest.part;
  }

  #make({ jpeg, capturedAtMicros }: EncodedFrame): PicturePart {
    const ageMs = (this.#now() - capturedAtMicros) / 1000;
    const timestamp = ((Date.now() - ageMs) / 1000).toFixed(6);
    const head = Buffer.from(
      `Content-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n` +
        `X-Timestamp: ${timestamp}\r\n\r\n`,
    );
    const bytes = Buffer.concat([head, jpeg, Buffer.from(`\r\n--${BOUNDARY}\r\n`)]);
    const own = bytes.subarray(head.length, head.length + jpeg.length);
    return { bytes, jpeg: own, capturedAtMicros, timestamp };
  }
}
