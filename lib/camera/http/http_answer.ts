/**
 * What a camera answers to one request: a head, then its content piece by piece.
 *
 * @module
 */

import { CaptureVideoError } from "../../flow/errors.ts";
import type { CameraConnection } from "./connection.ts";
import { ChunkedDecoder } from "./chunked_decoder.ts";
import { findHead, header, MAX_HEAD_BYTES, parseHead, type ResponseHead } from "./response_head.ts";

/** What a server begins with that was to be spoken to in TLS. */
const TLS_ALERT = 0x15;

/** The codings that can be undone. */
const CODING = /^\s*(?:x-)?(gzip|deflate)\s*$/i;

const latin1 = new TextDecoder("latin1");
const utf8 = new TextDecoder("utf-8", { fatal: true });

/** An answer that has begun. Its content ends by itself or by {@linkcode close}. */
export class HttpAnswer {
  /** What stands in front of the content. */
  readonly head: ResponseHead;
  /** Whom it comes from. */
  readonly origin: string;
  /** What it comes over. */
  readonly connection: CameraConnection;
  readonly #chunked: ChunkedDecoder | undefined;
  /** The content without its coding, which some use although nobody has asked for it. */
  readonly #decoded: ReadableStreamDefaultReader<Uint8Array> | undefined;
  /** Content that came and was not read yet. */
  #ahead: Uint8Array[];
  /** Content that was looked at beforehand. */
  #peeked: Uint8Array[] = [];

  /** @param ahead what came behind the head already */
  constructor(
    ahead: Uint8Array,
    { head, origin, connection }: Pick<HttpAnswer, "head" | "origin" | "connection">,
  ) {
    this.head = head;
    this.origin = origin;
    this.connection = connection;
    if (/chunked/i.test(header(head, "transfer-encoding"))) this.#chunked = new ChunkedDecoder();
    this.#ahead = this.#contentOf(ahead);
    const coding = CODING.exec(header(head, "content-encoding"))?.[1]?.toLowerCase();
    if (coding) this.#decoded = this.#decode(coding as CompressionFormat);
  }

  /** The length that the head declares, in bytes; 0 where it declares none, or nonsense. */
  get declaredBytes(): number {
    const text = header(this.head, "content-length");
    const isLength = !this.#chunked && !this.#decoded && /^\d{1,15}$/.test(text);
    return isLength ? Number(text) : 0;
  }

  /** Whether the head says that there is no content. */
  get isEmpty(): boolean {
    const { status } = this.head;
    return status === 204 || !this.#chunked && header(this.head, "content-length") === "0";
  }

  /** Whether the content says by itself that it is at its end, and it is. */
  get hasEnded(): boolean {
    return this.#chunked?.hasEnded === true && this.#ahead.length + this.#peeked.length === 0;
  }

  /** The next piece of the content, valid until the next read; `undefined` at its end. */
  async read(): Promise<Uint8Array | undefined> {
    if (this.#peeked.length > 0) return this.#peeked.shift();
    if (!this.#decoded) return await this.#receive();
    try {
      return (await this.#decoded.read()).value;
    } catch (error) {
      // It is damaged, or its end is missing, as that of a stream always is.
      if (error instanceof TypeError) return undefined;
      throw error;
    }
  }

  /** Reads on until there are so many bytes, or the end; they will be read again. */
  async peek(bytes: number): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    for (let length = 0; length < bytes;) {
      const piece = await this.read();
      if (piece === undefined) break;
      pieces.push(piece.slice());
      length += piece.length;
    }
    const seen = await new Blob(pieces as Uint8Array<ArrayBuffer>[]).bytes();
    if (seen.length > 0) this.#peeked.unshift(seen);
    return seen;
  }

  /** Ends the connection. */
  close(): void {
    this.connection.close();
  }

  /** The next piece as it was sent. */
  async #receive(): Promise<Uint8Array | undefined> {
    while (this.#ahead.length === 0) {
      if (this.#chunked?.hasEnded) return undefined;
      const bytes = await this.connection.read();
      if (bytes === undefined) return undefined;
      this.#ahead = this.#contentOf(bytes);
    }
    return this.#ahead.shift();
  }

  #decode(coding: CompressionFormat): ReadableStreamDefaultReader<Uint8Array> {
    let left = Number(header(this.head, "content-length")) || Infinity;
    const coded = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull: async (controller) => {
        const piece = left > 0 ? await this.#receive() : undefined;
        if (!piece) return controller.close();
        left -= piece.length;
        controller.enqueue(piece.slice());
      },
    }, { highWaterMark: 0 });
    return coded.pipeThrough(new DecompressionStream(coding)).getReader();
  }

  #contentOf(bytes: Uint8Array): Uint8Array[] {
    const pieces = this.#chunked ? this.#chunked.push(bytes) : [bytes];
    return pieces.filter(({ length }) => length > 0);
  }
}

/**
 * Reads an answer's head.
 *
 * @throws {CaptureVideoError} `camera-unavailable`, when there is none
 */
export async function readAnswer(
  connection: CameraConnection,
  origin: string,
): Promise<HttpAnswer> {
  let bytes: Uint8Array = new Uint8Array();
  for (;;) {
    const found = bytes.length > 0 ? findHead(bytes) : undefined;
    if (found) {
      const head = parseHead(textOf(bytes.subarray(0, found.end)));
      const rest = bytes.subarray(found.contentAt);
      const isInformation = head.status < 200 && found.end > 0;
      if (!isInformation) return new HttpAnswer(rest, { head, origin, connection });
      bytes = rest;
      continue;
    }
    if (bytes[0] === TLS_ALERT) throw refusal("it wants an encrypted connection, by https://");
    if (bytes.length > MAX_HEAD_BYTES) throw refusal("its answer's headers have no end");
    const piece = await connection.read();
    if (piece === undefined) {
      throw refusal(
        bytes.length === 0
          ? "it closed the connection without an answer"
          : "it closed the connection in the middle of its answer",
      );
    }
    const longer = new Uint8Array(bytes.length + piece.length);
    longer.set(bytes);
    longer.set(piece, bytes.length);
    // Some send line breaks first.
    bytes = longer.subarray(
      Math.max(0, longer.findIndex((byte) => byte !== 0x0d && byte !== 0x0a)),
    );
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
