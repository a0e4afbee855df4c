/**
 * Whoever takes a channel's pictures: a client's session, a window.
 *
 * @module
 */

import type { SourceState } from "../camera/source.ts";
import type { Mat } from "../opencv/mod.ts";
import type { EncodedFrame } from "./encoded_frame.ts";
import type { Rendition } from "./rendition.ts";

/** Takes JPEGs. None of its methods may wait: all other sinks come after it. */
export interface JpegSink {
  /** Tells the two kinds of sinks apart. */
  readonly takes: "jpeg";
  /** Which rendition it is to be given now. */
  readonly rendition: Rendition;
  /** Whether it wants all pictures, as far as it knows. */
  readonly wantsAll: boolean;
  /** Whether it wants the picture captured then; asked before that is compressed. */
  wants(capturedAtMicros: number): boolean;
  /** Takes note of the newest picture, and holds it if it is to be kept. */
  offer(frame: EncodedFrame): void;
  /** Takes note of how the source is. */
  state(state: SourceState): void;
}

/** Takes pixels, after all the JPEGs have been offered. */
export interface PixelSink extends Pick<JpegSink, "state"> {
  readonly takes: "pixels";
  /** Takes the newest picture in BGR, which is lent for the time of the call. */
  offer(picture: Mat): void;
}

/** Takes the newest picture, in one way or the other. */
export type Sink = JpegSink | PixelSink;
