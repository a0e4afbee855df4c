/**
 * What there is to say of a camera and its pictures, for whoever tells people.
 *
 * @module
 */

import type { SourceState } from "../camera/source.ts";
import type { CaptureVideoError } from "../flow/errors.ts";

/** Is told how it goes. */
export interface CameraReport {
  /** The camera's state has changed. */
  state(state: SourceState): void;
  /** A picture could not be decoded or published; the next one is. */
  damaged(error: CaptureVideoError): void;
  /** An error that cannot happen has cost a picture, or the camera, which is opened again. */
  bug(error: unknown): void;
}
