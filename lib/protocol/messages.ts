/**
 * The twelve messages of protocol version 1, to bytes and back.
 *
 * @example
 * ```ts
 * import { decodeHeader, HEADER_BYTES } from "./header.ts";
 * import { decodeMessage, encodeMessage } from "./messages.ts";
 *
 * const bytes = encodeMessage({ type: "ack", sequence: 7 });
 * const message = decodeMessage(decodeHeader(bytes), bytes, HEADER_BYTES);
 * console.assert(message?.type === "ack" && message.sequence === 7);
 * ```
 * @module
 */
import { readU32, readU64, U32_RANGE, writeU32, writeU64 } from "./bytes.ts";
import {
  FRAME_FIELDS_BYTES,
  HEADER_BYTES,
  type MessageHeader,
  MessageType,
  messageTypeName,
  protocolError,
  writeHeader,
} from "./header.ts";
import { decodeJsonPayload, encodeJsonPayload, type JsonMessage } from "./json_payloads.ts";
import type { Message } from "./message_types.ts";

export * from "./message_types.ts";

/** Header and the fields in front of a FRAME's JPEG, in bytes. */
export const FRAME_PREFIX_BYTES: number = HEADER_BYTES + FRAME_FIELDS_BYTES;

/**
 * The message in one buffer, header in front. Text is made printable and cut to its limit.
 *
 * @throws {TypeError} when a field of a JSON message breaks its rule
 * @throws {RangeError} when a number does not fit its field, or a JPEG the limit of a FRAME
 */
export function encodeMessage(message: Message): Uint8Array<ArrayBuffer> {
  switch (message.type) {
    case "frame": {
      const buffer = new Uint8Array(FRAME_PREFIX_BYTES + message.jpeg.length);
      writeFramePrefix(buffer, message.sequence, message.capturedAtMicros);
      buffer.set(message.jpeg, FRAME_PREFIX_BYTES);
      return buffer;
    }
    case "ack": {
      const buffer = withHeader(MessageType.ACK, 4);
      writeU32(buffer, HEADER_BYTES, checkSequence(message.sequence));
      return buffer;
    }
    case "ping":
      return encodeTimes(MessageType.PING, [message.t1]);
    case "pong":
      return encodeTimes(MessageType.PONG, [message.t1, message.t2, message.t3]);
    case "nonce":
      return encodeBytes(MessageType.NONCE, message.nonce);
    case "proof":
      return encodeBytes(MessageType.PROOF, message.proof);
    default:
      return encodeJson(message);
  }
}

/**
 * Makes a FRAME of a buffer that holds a JPEG behind {@linkcode FRAME_PREFIX_BYTES} of free
 * space, by writing over that space. The JPEG is not touched, nothing is copied.
 *
 * @param sequence u32
 * @param capturedAtMicros fractions are cut off
 * @throws {RangeError} when a number does not fit, or the JPEG is empty or too long for a FRAME
 */
export function writeFramePrefix(
  buffer: Uint8Array,
  sequence: number,
  capturedAtMicros: number,
): void {
  writeHeader(buffer, { type: MessageType.FRAME, payloadBytes: buffer.length - HEADER_BYTES });
  writeU32(buffer, HEADER_BYTES, checkSequence(sequence));
  writeU64(buffer, HEADER_BYTES + 4, wholeMicros(capturedAtMicros));
}

/**
 * The message whose payload begins at `offset`, `undefined` when its type is unknown. A FRAME's
 * `jpeg` is a view on `bytes`.
 *
 * @throws {CaptureVideoError} `"protocol"`, naming the field and what is wrong with it
 */
export function decodeMessage(
  header: MessageHeader,
  bytes: Uint8Array,
  offset = 0,
): Message | undefined {
  const end = offset + header.payloadBytes;
  if (bytes.length < end) {
    throw protocolError(
      `the payload has ${bytes.length - offset} bytes, its header says ${header.payloadBytes}`,
    );
  }
  switch (header.type) {
    case MessageType.FRAME:
      return {
        type: "frame",
        sequence: readU32(bytes, offset),
        capturedAtMicros: readMicros(bytes, offset + 4),
        jpeg: bytes.subarray(offset + FRAME_FIELDS_BYTES, end),
      };
    case MessageType.ACK:
      return { type: "ack", sequence: readU32(bytes, offset) };
    case MessageType.PING:
      return { type: "ping", t1: readMicros(bytes, offset) };
    case MessageType.PONG:
      return {
        type: "pong",
        t1: readMicros(bytes, offset),
        t2: readMicros(bytes, offset + 8),
        t3: readMicros(bytes, offset + 16),
      };
    case MessageType.NONCE:
      return { type: "nonce", nonce: bytes.slice(offset, end) };
    case MessageType.PROOF:
      return { type: "proof", proof: bytes.slice(offset, end) };
    case MessageType.HELLO:
    case MessageType.WELCOME:
    case MessageType.STATUS:
    case MessageType.BYE:
    case MessageType.VIEW:
    case MessageType.WANT: {
      const name = messageTypeName(header.type)!.toLowerCase() as JsonMessage["type"];
      return decodeJsonPayload(name, bytes.subarray(offset, end));
    }
  }
  return undefined;
}

function encodeJson(message: JsonMessage): Uint8Array<ArrayBuffer> {
  const type = MessageType[message.type.toUpperCase() as Uppercase<JsonMessage["type"]>];
  return encodeBytes(type, encodeJsonPayload(message));
}

function encodeBytes(type: MessageType, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const buffer = withHeader(type, payload.length);
  buffer.set(payload, HEADER_BYTES);
  return buffer;
}

function encodeTimes(type: MessageType, times: readonly number[]): Uint8Array<ArrayBuffer> {
  const buffer = withHeader(type, times.length * 8);
  times.forEach((time, index) => writeU64(buffer, HEADER_BYTES + index * 8, wholeMicros(time)));
  return buffer;
}

function withHeader(type: MessageType, payloadBytes: number): Uint8Array<ArrayBuffer> {
  const buffer = new Uint8Array(HEADER_BYTES + payloadBytes);
  writeHeader(buffer, { type, payloadBytes });
  return buffer;
}

function readMicros(bytes: Uint8Array, offset: number): number {
  const micros = readU64(bytes, offset);
  if (micros <= Number.MAX_SAFE_INTEGER) return micros;
  throw protocolError(`a time of ${micros} µs is above the limit of 2^53 - 1 µs`);
}

function wholeMicros(micros: number): number {
  const whole = Math.trunc(micros);
  if (Number.isSafeInteger(whole) && whole >= 0) return whole;
  throw new RangeError(`Cannot write message: a time of ${micros} µs is not from 0 to 2^53 - 1 µs`);
}

function checkSequence(sequence: number): number {
  if (Number.isInteger(sequence) && sequence >= 0 && sequence < U32_RANGE) return sequence;
  throw new RangeError(
    `Cannot write message: sequence ${sequence} is not a whole number from 0 to 2^32 - 1`,
  );
}
