/**
 * Tells from an answer's head and first bytes what a camera's address gives.
 *
 * @module
 */

import type { HttpAnswer } from "./http_answer.ts";
import { header } from "./response_head.ts";

/**
 * JPEGs in one form or another, a web page, nothing at all, or what a video library may know: of
 * those, a film has a length.
 */
export type AnswerKind = "jpeg" | "page" | "nothing" | "film" | "other";

/** So many of the first bytes are enough. */
const ENOUGH_BYTES = 4;

const latin1 = new TextDecoder("latin1");

/** Tells what an answer gives; what of its content that takes stays ahead. */
export async function kindOf(answer: HttpAnswer): Promise<AnswerKind> {
  const { head, content, isEmpty, declaredBytes } = answer;
  if (isEmpty) return "nothing";
  const contentType = header(head, "content-type");
  if (isMultipart(contentType)) return "jpeg";
  while (content.ahead.length < ENOUGH_BYTES && await content.more());
  const kind = answerKind(contentType, content.ahead);
  // Of what only says where a video is (HLS, DASH), the length is not the video's.
  const isPlaylist = /^[#<]/.test(latin1.decode(content.ahead.subarray(0, 1)));
  const isFilm = declaredBytes > 0 && !isPlaylist && !/^\s*image\//i.test(contentType);
  return kind === "other" && isFilm ? "film" : kind;
}

/** Whether a content type announces parts. */
export function isMultipart(contentType: string): boolean {
  return /^\s*multipart\//i.test(contentType);
}

/**
 * Tells what an answer gives.
 *
 * @param begin the content's first bytes, at least {@linkcode ENOUGH_BYTES} unless it ends before
 */
export function answerKind(contentType: string, begin: Uint8Array): AnswerKind {
  if (isMultipart(contentType)) return "jpeg";
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
