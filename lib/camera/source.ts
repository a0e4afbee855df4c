/**
 * Where pictures come from: a camera, a file, a stream or the test pattern, all alike.
 *
 * @module
 */

import { CaptureVideoError } from "../flow/errors.ts";
import type { JpegEncodeOptions, JpegEncoder, Mat, YuvLayout } from "../opencv/mod.ts";
import type { StatusMessage, WelcomeMessage } from "../protocol/messages.ts";

/** What the Mat of a source holds: pixels, or the source's own JPEG as a row of bytes. */
export type PixelFormat = "bgr" | YuvLayout | "mjpg";

/** By how many degrees clockwise a picture is turned. */
export type Turn = 0 | 90 | 180 | 270;

/** What a source really gives, as guests are told it: described without passwords. */
export type SourceInfo = WelcomeMessage["source"];

/** What is requested of a source, and of whoever compresses its pictures. */
export interface PictureRequest extends SourceOptions {
  /** JPEG quality, 0 to 100. */
  readonly quality: number;
}

/** How a source is, as guests are told it. */
export type SourceState = Omit<StatusMessage, "type">;

/**
 * Hears in a line why a source gives no picture now, also after it was opened. It counts as `lost`
 * until the next picture, or as `starting` where one is on its way.
 */
export type HearTrouble = (why: string, camera?: "lost" | "starting") => void;

/** What is known of a picture that is in a Mat now. */
export interface CapturedPicture {
  /** When it was captured, in microseconds of the monotonic clock. */
  readonly capturedAtMicros: number;
  /** The source's own JPEG, where it is in JavaScript's memory: the Mat then holds nothing of it. */
  readonly jpeg?: Uint8Array;
  /** The same picture as JPEG, where it was compressed in the call that captured it. */
  readonly compressed?: {
    /** As the encoder gives it, with room in front. */
    readonly jpeg: Uint8Array<ArrayBuffer>;
    readonly tookMs: number;
  };
}

/**
 * A source of pictures that was opened and works.
 *
 * - Order: one read at a time; each gives the next picture.
 * - Age: a live source never hands out a picture that waited in a buffer.
 * - Close: waits for the read under way; idempotent.
 */
export interface FrameSource extends AsyncDisposable {
  /** What the source really gives, as guests see it. */
  readonly info: SourceInfo;
  /** What {@linkcode read} puts into the Mat. */
  readonly pixelFormat: PixelFormat;
  /** How its pictures are still to be turned, to be as `info` says. Default: they are already. */
  readonly turn?: Turn;
  /** How long a picture may take although all is well, in milliseconds, where the source knows. */
  readonly patienceMs?: number;
  /** A line on how it was opened, where there is something to know. */
  readonly note?: string | undefined;
  /**
   * Fills `into` with the next picture.
   *
   * @returns when it was captured, in microseconds of the monotonic clock; `undefined` at the end
   * of a file
   * @throws {CaptureVideoError} `camera-lost`, when the device is gone
   */
  read(into: Mat): Promise<number | undefined>;
  /**
   * The same, and compresses the picture before the JavaScript thread has it: one way to
   * another thread and back less. Not where {@linkcode pixelFormat} is `mjpg`.
   */
  readCompressed?(
    into: Mat,
    encoder: JpegEncoder,
    options: JpegEncodeOptions,
  ): Promise<CapturedPicture | undefined>;
  /**
   * The next JPEG in memory that nobody else writes to: without a Mat, and so without OpenCV. Where
   * a source has this it is called in place of {@linkcode read}.
   */
  readJpeg?(): Promise<CapturedJpeg | undefined>;
  /** Frees the source. */
  close(): Promise<void>;
}

/** A source's JPEG, as it came. */
export type CapturedJpeg = CapturedPicture & Required<Pick<CapturedPicture, "jpeg">>;

/** What all sources do alike. */
export abstract class ClosableSource implements AsyncDisposable {
  abstract close(): Promise<void>;

  /** The same as {@linkcode close}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** That a source cannot be opened; `why` ends the line. */
export function cannotOpen(name: string, why: string, options?: ErrorOptions): CaptureVideoError {
  return new CaptureVideoError("camera-unavailable", `Cannot open ${name}: ${why}`, options);
}

/** That a source which was open gives no more pictures; `why` ends the line. */
export function cannotRead(name: string, why: string): CaptureVideoError {
  return new CaptureVideoError("camera-lost", `Cannot read ${name}: ${why}`);
}

/** What is requested of a source: pixels, and frames a second; what it really is, its `info` says. */
export type SourceOptions = Pick<SourceInfo, "width" | "height" | "fps">;
