/**
 * The 12 bytes in front of every message, as docs/protocol.md has them, and the limits on what may
 * follow them.
 *
 * @example
 * ```ts
 * import { decodeHeader, HEADER_BYTES, MessageType, writeHeader } from "./header.ts";
 *
 * const bytes = new Uint8Array(HEADER_BYTES);
 * writeHeader(bytes, { type: MessageType.ACK, payloadBytes: 4 });
 * console.assert(decodeHeader(bytes).payloadBytes === 4);
 * ```
 * @module
 */
import { CaptureVideoError } from "../flow/errors.ts";
import { MAX_JPEG_BYTES } from "../jpeg/limits.ts";
import { printable } from "../text/printable.ts";
import { readU32, writeU32 } from "./bytes.ts";

/** Length of the header, in bytes. */
export const HEADER_BYTES = 12;

/** The version this code speaks. */
export const PROTOCOL_VERSION = 1;

/** The largest payload of every other message, known or not, in bytes: 64 KiB. */
export const MAX_CONTROL_PAYLOAD_BYTES = 64 * 1024;

/** What stands in front of the JPEG in a FRAME's payload, in bytes: sequence and capture time. */
export const FRAME_FIELDS_BYTES = 12;

/** The largest payload of a FRAME, in bytes: 16 MiB. */
export const MAX_FRAME_PAYLOAD_BYTES: number = FRAME_FIELDS_BYTES + MAX_JPEG_BYTES;

/** Length of a nonce, and of a proof, in bytes. */
export const PROOF_BYTES = 32;

/** The numbers of the message types; NONCE and PROOF prove the key, before all others. */
export const MessageType = {
  HELLO: 1,
  WELCOME: 2,
  FRAME: 3,
  ACK: 4,
  PING: 5,
  PONG: 6,
  STATUS: 7,
  BYE: 8,
  NONCE: 9,
  PROOF: 10,
  VIEW: 11,
  WANT: 12,
} as const;

/** The number of a message type that this version knows. */
export type MessageType = typeof MessageType[keyof typeof MessageType];

/** What a header says. */
export interface MessageHeader {
  /** 0–255; not always a {@linkcode MessageType}: unknown ones are skipped. */
  readonly type: number;
  /** Length of the payload behind the header, in bytes. */
  readonly payloadBytes: number;
}

/** One of the two sides of a connection. */
export type Sender = "guest" | "host";

/** Who may send a type, and the lengths that its payload may have, in bytes. */
interface TypeRule {
  readonly name: string;
  readonly from: Sender | "both";
  readonly minBytes: number;
  readonly maxBytes: number;
}

/** The shortest JSON object is `{}`. */
const JSON_BYTES = { minBytes: 2, maxBytes: MAX_CONTROL_PAYLOAD_BYTES };
/** Nothing shorter than the marker SOI can be a JPEG. */
const FRAME_BYTES = { minBytes: FRAME_FIELDS_BYTES + 2, maxBytes: MAX_FRAME_PAYLOAD_BYTES };

const PROOF_ALONE = { minBytes: PROOF_BYTES, maxBytes: PROOF_BYTES };

const UNKNOWN: TypeRule = {
  name: "a message of unknown type",
  from: "both",
  minBytes: 0,
  maxBytes: MAX_CONTROL_PAYLOAD_BYTES,
};

const RULES = new Map<number, TypeRule>([
  [MessageType.HELLO, { name: "HELLO", from: "guest", ...JSON_BYTES }],
  [MessageType.WELCOME, { name: "WELCOME", from: "host", ...JSON_BYTES }],
  [MessageType.FRAME, { name: "FRAME", from: "host", ...FRAME_BYTES }],
  [MessageType.ACK, { name: "ACK", from: "guest", minBytes: 4, maxBytes: 4 }],
  [MessageType.PING, { name: "PING", from: "both", minBytes: 8, maxBytes: 8 }],
  [MessageType.PONG, { name: "PONG", from: "both", minBytes: 24, maxBytes: 24 }],
  [MessageType.STATUS, { name: "STATUS", from: "host", ...JSON_BYTES }],
  [MessageType.BYE, { name: "BYE", from: "both", ...JSON_BYTES }],
  [MessageType.NONCE, { name: "NONCE", from: "both", ...PROOF_ALONE }],
  [MessageType.PROOF, { name: "PROOF", from: "both", ...PROOF_ALONE }],
  [MessageType.VIEW, { name: "VIEW", from: "guest", ...JSON_BYTES }],
  [MessageType.WANT, { name: "WANT", from: "guest", ...JSON_BYTES }],
]);

/** The first byte of TLS: a record of the handshake. */
export const TLS_FIRST_BYTE = 0x16;

const MAGIC_AND_VERSION = [0x43, 0x56, PROTOCOL_VERSION] as const;

/** The type's name as the protocol writes it (`"FRAME"`), `undefined` for an unknown number. */
export function messageTypeName(type: number): string | undefined {
  return RULES.get(type)?.name;
}

/** Whether that side may send the type; either may send one that is unknown. */
export function maySend(side: Sender, type: number): boolean {
  const { from } = RULES.get(type) ?? UNKNOWN;
  return from === side || from === "both";
}

/**
 * Writes a header over the first {@linkcode HEADER_BYTES} of `buffer`.
 *
 * @throws {RangeError} when the payload's length is not legal for the type
 */
export function writeHeader(buffer: Uint8Array, header: MessageHeader): void {
  const wrong = wrongLength(header.type, header.payloadBytes);
  if (wrong !== undefined) throw new RangeError(`Cannot write message: ${wrong}`);
  buffer.set(MAGIC_AND_VERSION);
  buffer[3] = header.type;
  writeU32(buffer, 4, 0);
  writeU32(buffer, 8, header.payloadBytes);
}

/**
 * Reads the header at `offset`, and holds its length against the limits of its type, so that a
 * caller can take memory for the payload.
 *
 * @throws {CaptureVideoError} `"protocol"` for a wrong magic or version or an illegal length
 */
export function decodeHeader(bytes: Uint8Array, offset = 0): MessageHeader {
  checkHeaderStart(bytes, offset);
  if (bytes.length - offset < HEADER_BYTES) {
    throw protocolError(`a header has ${HEADER_BYTES} bytes, here are ${bytes.length - offset}`);
  }
  const type = bytes[offset + 3]!;
  const payloadBytes = readU32(bytes, offset + 8);
  const wrong = wrongLength(type, payloadBytes);
  if (wrong !== undefined) throw protocolError(wrong);
  return { type, payloadBytes };
}

/**
 * Checks magic and version as far as their bytes are there: an SSH or HTTP server is recognised
 * by its first byte, without waiting for twelve.
 *
 * @throws {CaptureVideoError} `"protocol"`
 */
export function checkHeaderStart(bytes: Uint8Array, offset = 0): void {
  const available = Math.min(MAGIC_AND_VERSION.length, bytes.length - offset);
  for (let index = 0; index < available; index++) {
    if (bytes[offset + index] === MAGIC_AND_VERSION[index]) continue;
    if (index === 0 && bytes[offset] === TLS_FIRST_BYTE) {
      throw protocolError("the other side began TLS, which is spoken with private hosts alone");
    }
    throw protocolError(
      index < 2
        ? `the other side sent ${quote(bytes.subarray(offset, offset + HEADER_BYTES))} where a ` +
          `message should begin with "CV", so it does not speak this protocol`
        : `the message is of protocol version ${bytes[offset + index]}, only version ` +
          `${PROTOCOL_VERSION} is understood`,
    );
  }
}

/** A {@linkcode CaptureVideoError} for something received that is not the protocol. */
export function protocolError(what: string, options?: ErrorOptions): CaptureVideoError {
  return new CaptureVideoError("protocol", `Cannot read message: ${what}`, options);
}

/** What is wrong with a payload of this length, `undefined` when nothing is. */
function wrongLength(type: number, payloadBytes: number): string | undefined {
  const { name, minBytes, maxBytes } = RULES.get(type) ?? UNKNOWN;
  if (payloadBytes >= minBytes && payloadBytes <= maxBytes) return undefined;
  const allowed = minBytes === maxBytes ? `exactly ${minBytes}` : `${minBytes} to ${maxBytes}`;
  return `the payload of ${name} has ${payloadBytes} bytes, ${allowed} are allowed`;
}

/** The bytes as text if they are text (`"SSH-2.0-"`), else in hex. */
function quote(bytes: Uint8Array): string {
  const isText = bytes.every((byte) => byte >= 0x20 && byte < 0x7f || byte === 13 || byte === 10);
  return isText
    ? JSON.stringify(printable(new TextDecoder().decode(bytes).trimEnd()))
    : Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
