/**
 * A picture as it goes out: one buffer, shared by everyone who takes it.
 *
 * @module
 */

import { FRAME_PREFIX_BYTES, writeFramePrefix } from "../protocol/messages.ts";
import type { Rendition } from "./rendition.ts";

/** One compressed picture. It is never changed, so that any number of takers can hold it. */
export interface EncodedFrame {
  /** Counts the host's pictures, u32, from 1. */
  readonly sequence: number;
  /** When it was captured, in microseconds of the host's monotonic clock. */
  readonly capturedAtMicros: number;
  /** In which way it was compressed. */
  readonly rendition: Rendition;
  /** The whole FRAME message: header, sequence, capture time, JPEG. */
  readonly message: Uint8Array;
  /** The JPEG alone: a view into `message`. */
  readonly jpeg: Uint8Array;
}

/** Makes a frame of a buffer that holds a JPEG behind `FRAME_PREFIX_BYTES` of room. */
export function sealFrame(
  message: Uint8Array,
  about: { sequence: number; capturedAtMicros: number; rendition: Rendition },
): EncodedFrame {
  writeFramePrefix(message, about.sequence, about.capturedAtMicros);
  return { ...about, message, jpeg: message.subarray(FRAME_PREFIX_BYTES) };
}
