/**
 * Cuts a byte stream into messages, however the network has cut it into pieces.
 *
 * @example
 * ```ts
 * import { MessageDecoder } from "./decoder.ts";
 * import { encodeMessage } from "./messages.ts";
 *
 * const decoder = new MessageDecoder({ from: "guest" });
 * const bytes = encodeMessage({ type: "ack", sequence: 7 });
 * for (const piece of [bytes.subarray(0, 5), bytes.subarray(5)]) {
 *   for (const message of decoder.push(piece)) console.assert(message.type === "ack");
 * }
 * decoder.end();
 * ```
 * @module
 */
import {
  checkHeaderStart,
  decodeHeader,
  HEADER_BYTES,
  type MessageHeader,
  MessageType,
  messageTypeName,
  protocolError,
} from "./header.ts";
import { decodeMessage, type GuestMessage, type HostMessage, type Message } from "./messages.ts";

/** The side whose messages are decoded. */
export type Sender = "guest" | "host";

/** The messages that a side may send. */
export type MessageFrom<From extends Sender> = From extends "guest" ? GuestMessage : HostMessage;

/** Options of {@linkcode MessageDecoder}. */
export interface MessageDecoderOptions<From extends Sender> {
  /** Whose bytes these are: a message that only the other side may send is an error. */
  readonly from: From;
}

const MAY_SEND: Readonly<Record<Sender, ReadonlySet<number>>> = {
  guest: new Set([
    MessageType.HELLO,
    MessageType.ACK,
    MessageType.PING,
    MessageType.PONG,
    MessageType.BYE,
  ]),
  host: new Set([
    MessageType.WELCOME,
    MessageType.FRAME,
    MessageType.PING,
    MessageType.PONG,
    MessageType.STATUS,
    MessageType.BYE,
  ]),
};

/**
 * The receiving end of one connection, and the iterator over what the newest chunk completes.
 *
 * - Order: messages come out in the order of their bytes, each as soon as its last byte is there.
 *   The same bytes give the same messages, and a fault at the same place, in whatever pieces they
 *   arrive.
 * - Loss: none; messages of unknown type are skipped by their length, without being stored.
 * - Memory: a payload is allocated once, in its full length, after that length was held against
 *   the limits of its type; each byte is copied once. Small messages that lie whole in a piece are
 *   read in place.
 * - Ownership: a piece belongs to the caller again once its messages have been read; nothing that
 *   comes out shares memory with it.
 * - Fault: bytes that are not the protocol throw where they stand, behind the messages before
 *   them; the decoder then throws the same error for ever.
 * - End: legal only between messages, see {@linkcode MessageDecoder.end}.
 */
export class MessageDecoder<From extends Sender = Sender>
  implements IterableIterator<MessageFrom<From>, undefined> {
  readonly #from: From;
  readonly #mayArrive: ReadonlySet<number>;
  /** A header that came in pieces, and how much of it is there. */
  readonly #headerBytes = new Uint8Array(HEADER_BYTES);
  #headerFilled = 0;
  /** A payload that came in pieces, its header, and how much of it is there. */
  #header: MessageHeader | undefined;
  #payload: Uint8Array | undefined;
  #payloadFilled = 0;
  /** How much of a payload of unknown type is still to come. */
  #skipBytes = 0;
  /** The newest chunk, and the part of it that is still to be read. */
  #chunk: Uint8Array = new Uint8Array(0);
  #at = 0;
  #end = 0;
  #reading = false;
  #fault: unknown;

  /** @param options whose bytes will come */
  constructor(options: MessageDecoderOptions<From>) {
    this.#from = options.from;
    this.#mayArrive = MAY_SEND[options.from];
  }

  /**
   * The messages that the first `length` bytes of `chunk` complete. They must be read to the end
   * before the next call: what is left unread would be missing from the stream.
   *
   * @throws {CaptureVideoError} `"protocol"` while being read, where the bytes are wrong
   * @throws {Error} when the messages of the call before were not all read
   */
  push(chunk: Uint8Array, length = chunk.length): this {
    this.#checkUsable();
    this.#reading = true;
    this.#chunk = chunk;
    this.#at = 0;
    this.#end = length;
    return this;
  }

  /**
   * Says that no more bytes will come.
   *
   * @throws {CaptureVideoError} `"protocol"` in the middle of a message
   */
  end(): void {
    this.#checkUsable();
    const missing = this.#missing();
    if (missing !== undefined) {
      throw protocolError(`the connection ended in the middle of a message, ${missing} missing`);
    }
  }

  /** Whether every byte so far belongs to a complete message, so that an end would be clean. */
  get isBetweenMessages(): boolean {
    return this.#fault === undefined && !this.#reading && this.#missing() === undefined;
  }

  /**
   * The next message that the chunk completes. This is no generator, as one for each
   * acknowledgement is felt where a host serves hundreds.
   */
  next(): IteratorResult<MessageFrom<From>, undefined> {
    try {
      while (this.#at < this.#end) {
        const message = this.#advance();
        // #takeHeader() has let nothing through that this side may not send.
        if (message !== undefined) return { done: false, value: message as MessageFrom<From> };
      }
    } catch (fault) {
      this.#fault = fault;
      this.#end = 0;
      throw fault;
    }
    this.#reading = false;
    return { done: true, value: undefined };
  }

  /** The decoder itself. */
  [Symbol.iterator](): this {
    return this;
  }

  /** Takes some bytes off the chunk; the message that they complete, if they complete one. */
  #advance(): Message | undefined {
    if (this.#skipBytes > 0) {
      this.#skipBytes -= this.#take(this.#skipBytes).length;
      return undefined;
    }
    if (this.#payload !== undefined) return this.#fillPayload(this.#payload);

    const header = this.#takeHeader();
    if (header === undefined) return undefined;
    if (messageTypeName(header.type) === undefined) {
      this.#skipBytes = header.payloadBytes;
      return undefined;
    }
    if (!this.#mayArrive.has(header.type)) {
      throw protocolError(`a ${this.#from} may not send ${messageTypeName(header.type)}`);
    }
    if (this.#end - this.#at >= header.payloadBytes) {
      const start = this.#at;
      this.#at += header.payloadBytes;
      // The JPEG outlives the chunk, everything else is read out of it here and now.
      return header.type === MessageType.FRAME
        ? decodeMessage(header, this.#chunk.slice(start, this.#at))
        : decodeMessage(header, this.#chunk, start);
    }
    this.#header = header;
    this.#payload = new Uint8Array(header.payloadBytes);
    this.#payloadFilled = 0;
    return undefined;
  }

  #takeHeader(): MessageHeader | undefined {
    if (this.#headerFilled === 0 && this.#end - this.#at >= HEADER_BYTES) {
      const header = decodeHeader(this.#chunk, this.#at);
      this.#at += HEADER_BYTES;
      return header;
    }
    const piece = this.#take(HEADER_BYTES - this.#headerFilled);
    this.#headerBytes.set(piece, this.#headerFilled);
    this.#headerFilled += piece.length;
    if (this.#headerFilled < HEADER_BYTES) {
      checkHeaderStart(this.#headerBytes.subarray(0, this.#headerFilled));
      return undefined;
    }
    this.#headerFilled = 0;
    return decodeHeader(this.#headerBytes);
  }

  #fillPayload(payload: Uint8Array): Message | undefined {
    const piece = this.#take(payload.length - this.#payloadFilled);
    payload.set(piece, this.#payloadFilled);
    this.#payloadFilled += piece.length;
    if (this.#payloadFilled < payload.length) return undefined;
    this.#payload = undefined;
    return decodeMessage(this.#header!, payload);
  }

  /** At most `maxBytes` off the chunk. */
  #take(maxBytes: number): Uint8Array {
    const piece = this.#chunk.subarray(this.#at, Math.min(this.#end, this.#at + maxBytes));
    this.#at += piece.length;
    return piece;
  }

  /** What the message that has begun still needs, `undefined` between messages. */
  #missing(): string | undefined {
    if (this.#headerFilled > 0) return `${HEADER_BYTES - this.#headerFilled} bytes of its header`;
    if (this.#payload !== undefined) {
      return `${this.#payload.length - this.#payloadFilled} bytes of its payload`;
    }
    return this.#skipBytes > 0 ? `${this.#skipBytes} bytes of its payload` : undefined;
  }

  #checkUsable(): void {
    if (this.#fault !== undefined) throw this.#fault;
    if (this.#reading) {
      throw new Error("Cannot decode: the messages of the chunk before were not all read");
    }
  }
}
