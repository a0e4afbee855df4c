/**
 * A protocol message that is a NATS message's payload.
 *
 * @module
 */

import { decodeHeader, HEADER_BYTES, protocolError } from "../protocol/header.ts";
import { decodeMessage, type Message } from "../protocol/messages.ts";

/**
 * The message; of a FRAME, `jpeg` is a view on the payload.
 *
 * @throws {CaptureVideoError} `protocol`, when it is no message of the type that is due there
 */
export function messageIn<Type extends Message["type"]>(
  payload: Uint8Array,
  type: Type,
): Extract<Message, { type: Type }> {
  const header = decodeHeader(payload);
  const bytes = HEADER_BYTES + header.payloadBytes;
  if (payload.length !== bytes) {
    throw protocolError(`its header says ${bytes} bytes, there are ${payload.length}`);
  }
  const message = decodeMessage(header, payload, HEADER_BYTES);
  if (message?.type === type) return message as Extract<Message, { type: Type }>;
  throw protocolError(`${type.toUpperCase()} is due there, it is ${message?.type ?? "unknown"}`);
}
