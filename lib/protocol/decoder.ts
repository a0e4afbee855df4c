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
 * console.assert(decoder.isBetweenMessages);
 * ```
 * @module
 */
import {
  checkHeaderStart,
  decodeHeader,
  HEADER_BYTES,
  maySend,
  type MessageHeader,
  MessageType,
  messageTypeName,
  protocolError,
  type Sender,
} from "./header.ts";
import { decodeMessage, type GuestMessage, type HostMessage, type Message } from "./messages.ts";

/** The messages that a side may send. */
export type MessageFrom<From extends Sender> = From extends "guest" ? GuestMessage : HostMessage;

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
 */
export class MessageDecoder<From extends Sender = Sender>
  implements IterableIterator<MessageFrom<From>, undefined> {
  readonly #from: From;
  /** Where a header is put together that came in pieces. */
  readonly #headerBytes = new Uint8Array(HEADER_BYTES);
  /** The message whose payload comes in pieces. */
  #begun: { header: MessageHeader; payload: Uint8Array } | undefined;
  /** How much is there of that payload, or else of the header. */
  #filled = 0;
  /** How much of a payload of unknown type is still to come. */
  #skipBytes = 0;
  /** The newest chunk, and the part of it that is still to be read. */
  #chunk: Uint8Array = new Uint8Array(0);
  #at = 0;
  #end = 0;
  #reading = false;
  #fault: unknown;

  /** @param options `from`: whose bytes will come; what only the other side may send is an error */
  constructor({ from }: { readonly from: From }) {
    this.#from = from;
  }

  /** Whether every byte so far belongs to a complete message, so that an end would be clean. */
  get isBetweenMessages(): boolean {
    return this.#fault === undefined && !this.#reading && this.#begun === undefined &&
      this.#filled === 0 && this.#skipBytes === 0;
  }

  /**
   * The messages that the first `length` bytes of `chunk` complete. They must be read to the end
   * before the next call: what is left unread would be missing from the stream.
   *
   * @throws {CaptureVideoError} `"protocol"` while being read, where the bytes are wrong
   * @throws {Error} when the messages of the call before were not all read
   */
  push(chunk: Uint8Array, length = chunk.length): this {
    if (this.#fault !== undefined) throw this.#fault;
    if (this.#reading) {
      throw new Error("Cannot decode: the messages of the chunk before were not all read");
    }
    this.#reading = true;
    this.#chunk = chunk;
    this.#at = 0;
    this.#end = length;
    return this;
  }

  /**
   * The next message that the chunk completes. This is no generator, as one for each
   * acknowledgement is felt where a host serves hundreds.
   */
  next(): IteratorResult<MessageFrom<From>, undefined> {
    try {
      while (this.#at < this.#end) {
        const message = this.#advance();
        // #advance() has let nothing through that this side may not send.
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

  [Symbol.iterator](): this {
    return this;
  }

  /** Takes some bytes off the chunk; the message that they complete, if they complete one. */
  #advance(): Message | undefined {
    if (this.#skipBytes > 0) {
      this.#skipBytes -= this.#take(this.#skipBytes).length;
      return undefined;
    }
    if (this.#begun) {
      const { header, payload } = this.#begun;
      if (!this.#fill(payload)) return undefined;
      this.#begun = undefined;
      return decodeMessage(header, payload);
    }

    const header = this.#takeHeader();
    if (header === undefined) return undefined;
    const { type, payloadBytes } = header;
    if (messageTypeName(type) === undefined) {
      this.#skipBytes = payloadBytes;
      return undefined;
    }
    if (!maySend(this.#from, type)) {
      throw protocolError(`a ${this.#from} may not send ${messageTypeName(type)}`);
    }
    if (this.#end - this.#at >= payloadBytes) {
      const start = this.#at;
      this.#at += payloadBytes;
      // The JPEG outlives the chunk, everything else is read out of it here and now.
      return type === MessageType.FRAME
        ? decodeMessage(header, this.#chunk.slice(start, this.#at))
        : decodeMessage(header, this.#chunk, start);
    }
    this.#begun = { header, payload: new Uint8Array(payloadBytes) };
    return undefined;
  }

  #takeHeader(): MessageHeader | undefined {
    if (this.#filled === 0 && this.#end - this.#at >= HEADER_BYTES) {
      const header = decodeHeader(this.#chunk, this.#at);
      this.#at += HEADER_BYTES;
      return header;
    }
    if (this.#fill(this.#headerBytes)) return decodeHeader(this.#headerBytes);
    checkHeaderStart(this.#headerBytes.subarray(0, this.#filled));
    return undefined;
  }

  /** Goes on to fill a header or payload; whether it is full. */
  #fill(into: Uint8Array): boolean {
    const piece = this.#take(into.length - this.#filled);
    into.set(piece, this.#filled);
    this.#filled += piece.length;
    if (this.#filled < into.length) return false;
    this.#filled = 0;
    return true;
  }

  /** At most `maxBytes` off the chunk. */
  #take(maxBytes: number): Uint8Array {
    const piece = this.#chunk.subarray(this.#at, Math.min(this.#end, this.#at + maxBytes));
    this.#at += piece.length;
    return piece;
  }
}
