/**
 * Whoever takes the pictures of a channel at the guest's side: a decoder, a file.
 *
 * @module
 */

import type { SourceState } from "../camera/source.ts";
import type { CaptureVideoError } from "../flow/errors.ts";
import type { Mat } from "../opencv/mod.ts";
import type { ReceivedJpeg } from "./picture.ts";

/** Takes a channel's pictures. None of its methods may wait: all other sinks come after it. */
export interface RemoteSink {
  /**
   * Takes the newest picture; its memory is nobody else's to write to, and may be kept.
   *
   * @throws {CaptureVideoError} when it cannot go on, which ends the channel
   */
  offer(picture: ReceivedJpeg): void;
  /**
   * Takes the newest picture that is no JPEG, which is lent for the time of the call, and is settled
   * by it. Where a sink has no such method, the picture is compressed for it.
   */
  offerPixels?(picture: Mat, capturedAtMicros: number): void;
  /**
   * Does what could wait until the host knows that its pictures have come.
   *
   * @returns why the newest was no picture, `null` where it was one; `undefined` where this sink does
   * not look
   */
  settle?(): CaptureVideoError | null | undefined;
  /** Takes note of how the camera at the other end is, as far as is known here. */
  state?(state: SourceState): void;
}
