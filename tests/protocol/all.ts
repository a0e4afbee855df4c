/**
 * The whole wire protocol, for tests that speak it byte by byte.
 *
 * @module
 */

import { HEADER_BYTES, type MessageHeader, writeHeader } from "../../lib/protocol/header.ts";

export * from "../../lib/protocol/decoder.ts";
export * from "../../lib/protocol/header.ts";
export * from "../../lib/protocol/messages.ts";

/** A header in 12 bytes of its own. */
export function encodeHeader(header: MessageHeader): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEADER_BYTES);
  writeHeader(bytes, header);
  return bytes;
}
