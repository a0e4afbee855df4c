/**
 * A picture as it goes out: one buffer, shared by everyone who takes it.
 *
 * @module
 */

import { FRAME_PREFIX_BYTES, writeFramePrefix } from "../protocol/messages.ts";
import type { Rendition } from "./rendition.ts";

/**
 * One compressed picture.
 *
 * - Ownership: it belongs to whoever made it and to all who {@linkcode hold} it. When the last of
 *   them has released it, its memory is another picture's.
 */
export class EncodedFrame {
  /** Counts the host's pictures, u32, from 1. */
  readonly sequence: number;
  /** When it was captured, in microseconds of the host's monotonic clock. */
  readonly capturedAtMicros: number;
  readonly rendition: Rendition;
  /** The whole FRAME message: header, sequence, capture time, JPEG. */
  readonly message: Uint8Array;
  /** The JPEG alone: a view into `message`. */
  readonly jpeg: Uint8Array;
  readonly #onFree: () => void;
  #holders: number;

  /**
   * Makes a frame, held by the caller.
   *
   * @param message holds a JPEG behind `FRAME_PREFIX_BYTES` of room
   * @param onFree called when nobody holds it any more
   */
  constructor(
    message: Uint8Array,
    facts: Pick<EncodedFrame, "sequence" | "capturedAtMicros" | "rendition">,
    onFree: () => void = () => {},
  ) {
    this.sequence = facts.sequence;
    this.capturedAtMicros = facts.capturedAtMicros;
    this.rendition = facts.rendition;
    this.message = message;
    this.jpeg = message.subarray(FRAME_PREFIX_BYTES);
    this.#onFree = onFree;
    this.#holders = 1;
    writeFramePrefix(message, this.sequence, this.capturedAtMicros);
  }

  /** Keeps its memory until {@linkcode release} is called as often. */
  hold(): this {
    if (this.#holders === 0) throw new TypeError("Cannot hold a frame that was freed");
    this.#holders++;
    return this;
  }

  /** Lets go of it. */
  release(): void {
    if (this.#holders === 0) throw new TypeError("Cannot release a frame that was freed");
    if (--this.#holders === 0) this.#onFree();
  }
}
