/**
 * A picture on the guest's side, and who hands it out.
 *
 * @module
 */

import { CaptureVideoError } from "../flow/errors.ts";
import type { Mat } from "../opencv/mod.ts";
import type { ViewSize } from "../protocol/messages.ts";
import type { RemoteChannelSettings } from "./remote_channel.ts";

export { UNKNOWN_TIME } from "../peer/host_clock.ts";

/** A picture as it arrived. */
export interface ReceivedJpeg {
  /** The JPEG; its memory belongs to this picture alone. */
  jpeg: Uint8Array;
  /** When it was captured, as a {@linkcode Picture} has it. */
  capturedAtMicros: number | undefined;
}

/** A decoded picture, lent to one reader. */
export interface Picture {
  /** The pixels, BGR. */
  readonly mat: Mat;
  readonly jpegBytes: number;
  /**
   * When it was captured, in microseconds of our own clock, or {@linkcode UNKNOWN_TIME};
   * `undefined` where the host tells no time at all.
   */
  readonly capturedAtMicros: number | undefined;
  /**
   * The JPEG as it arrived; to be asked for before the release.
   *
   * @throws {CaptureVideoError} when there is none any more, as the camera has ended
   */
  jpeg(): Promise<Uint8Array>;
  /** Gives the Mat back; to be called once. */
  release(): void;
}

/** That a picture is still shown whose JPEG cannot be had any more. */
export function cameraHasEnded(): CaptureVideoError {
  return new CaptureVideoError("connection", "Cannot fetch the picture: its camera has ended");
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
  damaged: number;
  receivedBytes: number;
  /** Pictures that the output did not take. */
  omitted: number;
  /** Connections made after the first. */
  reconnects: number;
}

/** What a {@linkcode PictureFeed} is to receive, and until when. */
export interface FeedSettings extends RemoteChannelSettings {
  /** How large the pictures are shown at first; `undefined` for as large as they are. */
  view?: ViewSize | undefined;
  /** The camera's own address, where there is no host: the host's name and port then say nothing. */
  url?: string | undefined;
  /** Where the JPEGs are written: a path, `-` for standard output, `undefined` for nowhere. */
  output: string | undefined;
  /** Whether a file that is there may be replaced; default: no. */
  overwrite?: boolean;
}

/** What a {@linkcode PictureFeed} tells as it happens. */
export type FeedEvent =
  | { kind: "link"; link: LinkState }
  /**
   * In words for people: a picture could not be decoded, the output does not take the pictures, or
   * there is something to know about keys.
   */
  | { kind: "damaged" | "omitted" | "notice"; message: string };

/** Where a viewer gets its pictures from. */
export interface PictureFeed {
  readonly link: LinkState;
  readonly counts: ReceiverCounts;
  /** Waits for the newest picture; `undefined` when no more will come. */
  next(): Promise<Picture | undefined>;
  /**
   * Says how large the pictures are shown: what comes from then on may be smaller than the camera's,
   * and fills that room. `undefined`: as large as they are.
   */
  show(view: ViewSize | undefined): void;
  /**
   * Receives until the signal is aborted or all pictures have come that were asked for; the host is
   * told before it resolves. To be called once, before {@linkcode next}.
   *
   * @throws {CaptureVideoError} when the host cannot be reached or is no host, and trying again is
   * of no use or not asked for; when the output cannot be written
   */
  run(signal: AbortSignal): Promise<void>;
}
