/**
 * Tells from an answer's head and first bytes what a camera's address gives.
 *
 * @example
 * ```ts
 * import { answerKind } from "./answer_kind.ts";
 *
 * console.assert(answerKind("text/html", new TextEncoder().encode("<html>")) === "page");
 * console.assert(answerKind("text/plain", Uint8Array.of(0xff, 0xd8, 0xff)) === "jpeg");
 * ```
 * @module
 */

/** JPEGs in one form or another, a web page, nothing at all, or what a video library may know. */
export type AnswerKind = "jpeg" | "page" | "nothing" | "other";

/** So many of the first bytes tell enough. */
export const TELLING_BYTES = 4;

const latin1 = new TextDecoder("latin1");

/**
 * Tells what an answer gives.
 *
 * @param begin the content's first bytes, at least {@linkcode TELLING_BYTES} unless it ends before
 */
export function answerKind(contentType: string, begin: Uint8Array): AnswerKind {
  if (/^\s*multipart\//i.test(contentType)) return "jpeg";
  const text = latin1.decode(begin.subarray(0, 256)).trimStart();
  if (begin.length === 0) return "nothing";
  if (text.startsWith("ÿØ") || text.startsWith("--") || /^content-/i.test(text)) return "jpeg";
  if (
    /^\s*text\/html|^\s*application\/xhtml/i.test(contentType) || /^<(!doctype |html)/i.test(text)
  ) {
    return "page";
  }
  return "other";
}

/** The boundary that a multipart content type announces, as it is written there. */
export function announcedBoundary(contentType: string): string | undefined {
  const [, quoted, plain] = /boundary\s*=\s*(?:"([^"]*)"|([^;]*))/i.exec(contentType) ?? [];
  return (quoted ?? plain)?.trim() || undefined;
}
