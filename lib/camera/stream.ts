/**
 * From a URL to the reader that understands what it gives: JPEGs over HTTP are read here, all else
 * by FFmpeg.
 *
 * @module
 */

import { CaptureVideoError, UsageError } from "../flow/errors.ts";
import {
  escapedUrl,
  ESCAPING_HINT,
  needsEscaping,
  splitUrl,
  withoutPassword,
} from "../text/passwords.ts";
import { describeError } from "../text/error_text.ts";
import { addressOf } from "./address.ts";
import { serverAnswers } from "./server_answer.ts";
import type { HttpSourceOptions } from "./http/http_source.ts";
import type { FileSourceOptions } from "./film/file.ts";
import type { FrameSource } from "./source.ts";

/** How a stream is opened. */
export interface StreamOptions
  extends FileSourceOptions, Pick<HttpSourceOptions, "timeoutMs" | "signal"> {
  /** Called when it is silent for longer than `timeoutMs`. */
  onSilence: (why: string) => void;
}

/** The schemes of cameras: the rest of such a URL begins with a host. */
const CAMERA_SCHEME = /^(?:https?|rtsps?|rtmps?):/i;

/**
 * Looks whether a URL can be understood.
 *
 * @throws {UsageError} when no host can be found in it, or its host or port is none
 */
export function checkStreamUrl(url: string): void {
  if (!CAMERA_SCHEME.test(url)) return;
  const split = splitUrl(url);
  const source = `--source "${withoutPassword(url)}"`;
  if (!split) throw new UsageError(`${source} names no camera; ${ESCAPING_HINT}`);
  if (!addressOf(split)) throw new UsageError(`${source} has no valid host and port`);
}

/**
 * Opens a stream.
 *
 * @throws {CaptureVideoError} `camera-unavailable`, with what is so and what to try
 */
export async function openStream(url: string, options: StreamOptions): Promise<FrameSource> {
  const split = splitUrl(url);
  try {
    let isFile = false;
    const onFile = () => isFile = true;
    if (/^https?:/i.test(url)) {
      const { HttpSource } = await import("./http/http_source.ts");
      const pictures = await HttpSource.open(url, { ...options, onFile });
      if (pictures) return pictures;
    }
    const description = withoutPassword(url);
    const opening = openLive(split ? escapedUrl(split) : url, { ...options, isFile });
    return await announceSilence(opening, { description, ...options });
  } catch (error) {
    if (!(error instanceof CaptureVideoError && split && needsEscaping(split))) throw error;
    // What was taken for the password may not be all of it.
    throw new CaptureVideoError(error.code, `${error.message}; ${ESCAPING_HINT}`, { cause: error });
  }
}

/** Has OpenCV open a stream, once somebody answers there. */
async function openLive(
  url: string,
  options: StreamOptions & { isFile: boolean },
): Promise<FrameSource> {
  try {
    await serverAnswers(url, options.signal);
  } catch (error) {
    const description = withoutPassword(url);
    const { line, expected } = describeError(error, `open ${description}`);
    if (!expected) throw error;
    throw new CaptureVideoError("camera-unavailable", line, { cause: error });
  }
  options.signal?.throwIfAborted();
  const { LiveSource } = await import("./live.ts");
  return await LiveSource.openStream(url, options);
}

/**
 * Waits for what is being opened, which cannot be cut short in a driver or in FFmpeg, and says so in
 * a line when it takes long.
 */
export async function announceSilence<T>(
  opening: Promise<T>,
  { description, timeoutMs, onSilence }: Omit<StreamOptions, "fps" | "loop" | "signal"> & {
    /** What is being opened, as it may be shown. */
    description: string;
  },
): Promise<T> {
  const why = `Cannot open ${description}: no answer for ${timeoutMs / 1000} s; waiting on`;
  const timer = setTimeout(onSilence, timeoutMs, why);
  try {
    return await opening;
  } finally {
    clearTimeout(timer);
  }
}
