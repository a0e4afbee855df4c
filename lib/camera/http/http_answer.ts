/**
 * What a camera answers to one request: a head, then its content piece by piece.
 *
 * @module
 */

import { CaptureVideoError } from "../../flow/errors.ts";
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
      const line = await received.line(MAX_LINE_BYTES);
      if (line === "") continue; // one break too many
      const length = CHUNK_LENGTH.exec(line ?? "")?.[1];
      if (length === undefined) return;
      if (/^0+$/.test(length)) break;
      yield* received.pieces(parseInt(length, 16));
      await received.line(MAX_LINE_BYTES);
    }
    let trailer: string | undefined;
    do trailer = await received.line(MAX_LINE_BYTES); while (trailer);
    this.#hasEnded = trailer === "";
  }
}

async function* unpacked(
  packed: AsyncGenerator<Uint8Array>,
  coding: string,
): AsyncGenerator<Uint8Array> {
  const stream = ReadableStream.from(packed as AsyncGenerator<Uint8Array<ArrayBuffer>>);
  try {
    yield* stream.pipeThrough(new DecompressionStream(coding as CompressionFormat));
  } catch (error) {
    // It is damaged, or its end is missing, as that of a stream always is.
    if (!(error instanceof TypeError)) throw error;
  }
}

/**
 * Reads an answer's head.
 *
 * @throws {CaptureVideoError} `camera-unavailable`, when there is none
 */
export async function readAnswer(connection: CameraConnection): Promise<HttpAnswer> {
  const received = new ByteReader(connection.pieces);
  for (;;) {
    // Some send line breaks first.
    while (received.ahead[0] === 0x0d || received.ahead[0] === 0x0a) received.take(1);
    const { ahead } = received;
    const found = ahead.length > 0 ? findHead(ahead) : undefined;
    if (found) {
      const head = parseHead(textOf(received.take(found.contentAt).subarray(0, found.end)));
      const isInformation = head.status < 200;
      if (!isInformation) return new HttpAnswer(received, { head, connection });
    } else {
      if (ahead[0] === TLS_ALERT) throw refusal("it wants an encrypted connection, by https://");
      if (ahead.length > MAX_HEAD_BYTES) throw refusal("its answer's headers have no end");
      if (!await received.more()) {
        const when = ahead.length === 0 ? "without an answer" : "in the middle of its answer";
        throw refusal(`it closed the connection ${when}`);
      }
    }
  }
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
