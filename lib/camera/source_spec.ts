/**
 * What `--source` names.
 *
 * @example
 * ```ts
 * import { parseSource } from "./source_spec.ts";
 *
 * console.assert(parseSource("0").kind === "camera");
 * console.assert(parseSource("clip.mp4").kind === "file");
 * console.assert(parseSource("rtsp://door.local/main").kind === "stream");
 * ```
 * @module
 */

import { UsageError } from "../flow/errors.ts";
import { unescaped } from "../text/unescaped.ts";

/** Sources that folders behind this one open, as they are written in `--source`. */
export const OUTSIDE_KINDS = {
  /** The camera of whoever opens the host's page for it. */
  browser: "browser",
  /** Another host. */
  capturevideo: "capturevideo://…",
  /** What a host publishes over NATS. */
  nats: "nats://…",
} as const;

/** A kind of source that a folder behind this one opens. */
export type OutsideKind = keyof typeof OUTSIDE_KINDS;

/** A source by its kind, before it is opened. */
export type SourceSpec =
  | { kind: "test" }
  | { kind: OutsideKind }
  /** A camera by index (`0`), by device path (`/dev/video2`) or by a part of its name (`c920`). */
  | { kind: "camera"; camera: string }
  | { kind: "file"; path: string }
  | { kind: "stream"; url: string }
  | { kind: "pipeline"; pipeline: string };

/**
 * Tells from the text alone what kind of source is meant; nothing is opened.
 *
 * @throws {UsageError} it cannot be meant
 */
export function parseSource(text: string): SourceSpec {
  if (text === "test" || text === "browser") return { kind: text };
  const scheme = /^(capturevideo|nats):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === "capturevideo" || scheme === "nats") return { kind: scheme };
  if (text.startsWith("gst:")) {
    const pipeline = text.slice("gst:".length);
    if (pipeline.trim()) return { kind: "pipeline", pipeline };
    throw new UsageError(
      "--source gst: names no pipeline; write one behind it, such as 'gst:videotestsrc'",
    );
  }
  if (/^file:\/\//i.test(text)) return { kind: "file", path: pathOf(text) };
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return { kind: "stream", url: text };
  if (/^\d+$/.test(text) || text.startsWith("/dev/")) return { kind: "camera", camera: text };
  if (/[\\/]|\.\w+$/.test(text)) return { kind: "file", path: text };
  return { kind: "camera", camera: text };
}

/**
 * Whether reading it waits on a thread of the pool that all native calls share. What is read over
 * HTTP does not, unless it is no JPEGs.
 */
export function holdsThread(text: string): boolean {
  const spec = parseSource(text);
  return spec.kind === "stream" ? !/^https?:/i.test(spec.url) : !(spec.kind in OUTSIDE_KINDS);
}

/** Whether it takes OpenCV's cameras, films and streams: the test pattern does without. */
export function isCaptured(text: string): boolean {
  return holdsThread(text) && parseSource(text).kind !== "test";
}

/** A path may be written with or without percent signs for what is special in a URL. */
function pathOf(url: string): string {
  const path = url.replace(/^file:\/\/(localhost(?=\/))?/i, "");
  if (!path.startsWith("/")) {
    throw new UsageError(
      `--source ${url} names a computer; a file of this one has three slashes: file:///${path}`,
    );
  }
  return unescaped(path);
}
