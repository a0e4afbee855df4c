/**
 * What a camera answers to one request: a head, then its content piece by piece.
 *
 * @module
 */

import { CaptureVideoError } from "../../flow/errors.ts";
import { nextTurn } from "../../flow/timing.ts";
import { ByteReader } from "./byte_reader.ts";
import type { CameraConnection } from "./connection.ts";
import { findHead, header, MAX_HEAD_BYTES, parseHead, type ResponseHead } from "./response_head.ts";

/** What a server begins with that was to be spoken to in TLS. */
const TLS_ALERT = 0x15;

/** The codings that can be undone. */
const CODING = /^\s*(?:x-)?(gzip|deflate)\s*$/i;

/** How a chunk begins (RFC 9112, section 7.1). */
const CHUNK_LENGTH = /^([\da-f]{1,12})(?:\s*;.*)?$/i;

/** The longest such line. */
const MAX_LINE_BYTES = 1024;

/** So many lines may stand behind the last chunk. */
const MAX_TRAILER_LINES = 64;

/** So often a camera may say that it is about to answer. */
const MAX_INFORMATIONS = 10;

/** So much is unpacked at once, in bytes: a thousand times as much may come out. */
const UNPACKED_AT_ONCE_BYTES = 1024;

/** The longest piece of what was unpacked, in bytes. */
const MAX_UNPACKED_BYTES = 64 * 1024;

const latin1 = new TextDecoder("latin1");
const utf8 = new TextDecoder("utf-8", { fatal: true });

/** An answer that has begun. Its content ends by itself or by {@linkcode close}. */
export class HttpAnswer {
  readonly head: ResponseHead;
  readonly connection: CameraConnection;
  /** The content, without chunks and without a coding, which some use although nobody asked for it. */
  readonly content: ByteReader;
  /** The length that the head declares, in bytes; 0 where it declares none, or nonsense. */
  readonly declaredBytes: number;
  /** Whether the head says that there is no content. */
  readonly isEmpty: boolean;
  #hasEnded = false;

  /** @param received what comes behind the head */
  constructor(
    received: ByteReader,
    { head, connection }: Pick<HttpAnswer, "head" | "connection">,
  ) {
    this.head = head;
    this.connection = connection;
    const isChunked = /chunked/i.test(header(head, "transfer-encoding"));
    const coding = CODING.exec(header(head, "content-encoding"))?.[1]?.toLowerCase();
    const length = header(head, "content-length");
    this.declaredBytes = !isChunked && !coding && /^\d{1,15}$/.test(length) ? Number(length) : 0;
    this.isEmpty = head.status === 204 || !isChunked && length === "0";
    const content = isChunked ? new ByteReader(this.#unchunked(received)) : received;
    this.content = coding === undefined
      ? content
      : new ByteReader(unpacked(content.pieces(Number(length) || Infinity), coding));
  }

  /** Whether the content, read to its end, has said by itself that this is the end. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  close(): void {
    this.connection.close();
  }

  /** What is no chunk ends the content: nothing behind it can be trusted. */
  async *#unchunked(received: ByteReader): AsyncGenerator<Uint8Array> {
    for (;;) {
      let line = await received.line(MAX_LINE_BYTES);
      if (line === "") line = await received.line(MAX_LINE_BYTES); // one break too many
      const length = CHUNK_LENGTH.exec(line ?? "")?.[1];
      if (length === undefined) return;
      if (/^0+$/.test(length)) break;
      yield* received.pieces(parseInt(length, 16));
      await received.line(MAX_LINE_BYTES);
    }
    for (let lines = 0; lines <= MAX_TRAILER_LINES && !this.#hasEnded; lines++) {
      const trailer = await received.line(MAX_LINE_BYTES);
      if (trailer === undefined) return;
      this.#hasEnded = trailer === "";
    }
  }
}

async function* unpacked(
  packed: AsyncGenerator<Uint8Array>,
  coding: string,
): AsyncGenerator<Uint8Array> {
  const stream = ReadableStream.from(inTurns(packed, UNPACKED_AT_ONCE_BYTES));
  const unpacking = stream.pipeThrough(new DecompressionStream(coding as CompressionFormat));
  try {
    yield* inTurns(unpacking, MAX_UNPACKED_BYTES);
  } catch (error) {
    // It is damaged, or its end is missing, as that of a stream always is.
    if (!(error instanceof TypeError)) throw error;
  }
}

/** The same bytes in pieces of `most` at most, and before each of them a turn for others. */
async function* inTurns(
  pieces: AsyncIterable<Uint8Array>,
  most: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for await (const piece of pieces as AsyncIterable<Uint8Array<ArrayBuffer>>) {
    for (let at = 0; at < piece.length; at += most) {
      await nextTurn();
      yield piece.subarray(at, at + most);
    }
  }
}

/**
 * Reads an answer's head.
 *
 * @throws {CaptureVideoError} `camera-unavailable`, when there is none
 */
export async function readAnswer(connection: CameraConnection): Promise<HttpAnswer> {
  const received = new ByteReader(connection.pieces);
  let breaks = 0;
  for (let informations = 0; informations <= MAX_INFORMATIONS;) {
    // Some send line breaks first.
    const begin = received.ahead.findIndex((byte) => byte !== 0x0d && byte !== 0x0a);
    breaks += received.take(begin < 0 ? Infinity : begin).length;
    const { ahead } = received;
    const found = ahead.length > 0 ? findHead(ahead) : undefined;
    if (found) {
      const head = parseHead(textOf(received.take(found.contentAt).subarray(0, found.end)));
      if (head.status >= 200) return new HttpAnswer(received, { head, connection });
      informations++;
    } else {
      if (ahead[0] === TLS_ALERT) throw refusal("it wants an encrypted connection, by https://");
      if (breaks + ahead.length > MAX_HEAD_BYTES) {
        throw refusal("its answer's headers have no end");
      }
      if (!await received.more()) {
        const when = ahead.length === 0 ? "without an answer" : "in the middle of its answer";
        throw refusal(`it closed the connection ${when}`);
      }
    }
  }
  throw refusal("it only says again and again that it is about to answer");
}

/** In UTF-8 if it is, so that a realm goes back as the bytes that came. */
function textOf(head: Uint8Array): string {
  try {
    return utf8.decode(head);
  } catch {
    return latin1.decode(head);
  }
}

function refusal(words: string): CaptureVideoError {
  return new CaptureVideoError("camera-unavailable", words);
}
