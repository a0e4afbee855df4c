/**
 * The first words inside TLS: each side proves that it has the key, the host first.
 *
 * ```text
 * guest                                    host
 *   │  NONCE ────────────────────────────────▶│
 *   │◀──────────────────────── NONCE, PROOF   │  wrong: the guest leaves
 *   │  PROOF ────────────────────────────────▶│  wrong: the host leaves
 * ```
 *
 * @module
 */

import { type ByteConnection, writeAll } from "../flow/byte_connection.ts";
import { CaptureVideoError } from "../flow/errors.ts";
import {
  decodeHeader,
  HEADER_BYTES,
  MessageType,
  messageTypeName,
  protocolError,
} from "../protocol/header.ts";
import {
  type ByeMessage,
  decodeMessage,
  encodeMessage,
  type KeyMessage,
  type Message,
} from "../protocol/messages.ts";
import { isProof, newNonce, proofOf } from "./proof.ts";

/** What the two sides prove, and on what. */
export interface ProofOptions {
  /** The key, 16 characters. */
  readonly key: string;
  /** SHA-256 of the certificate that the host's TLS shows. */
  readonly certificateHash: Uint8Array;
}

/** What a guest with another key says, before it leaves. */
const OTHER_KEY = "this guest has another key";

/**
 * The guest's part.
 *
 * @throws {CaptureVideoError} `wrong-key`, when the host has another key; the guest has proved
 * nothing by then. `refused` or `turned-away`, when the host says BYE; `protocol`, when what it says
 * is something else
 */
export async function proveAsGuest(
  connection: ByteConnection,
  options: ProofOptions,
): Promise<void> {
  const { key, certificateHash } = options;
  const guestNonce = newNonce();
  await say(connection, { type: "nonce", nonce: guestNonce });
  const { nonce: hostNonce } = await receive(connection, "nonce");
  const { proof } = await receive(connection, "proof");
  const exchange = { certificateHash, guestNonce, hostNonce };
  if (!isProof(proof, "host", key, exchange)) {
    await sayBye(connection, { type: "bye", reason: OTHER_KEY });
    throw new CaptureVideoError("wrong-key", "Cannot go on: the host does not have this key");
  }
  await say(connection, { type: "proof", proof: proofOf("guest", key, exchange) });
}

/**
 * The host's part; whether the guest's proof fits.
 *
 * @throws {CaptureVideoError} `refused`, when the guest says BYE; `protocol`, when what it says is
 * something else
 */
export async function proveAsHost(
  connection: ByteConnection,
  { key, certificateHash }: ProofOptions,
): Promise<boolean> {
  const { nonce: guestNonce } = await receive(connection, "nonce");
  const hostNonce = newNonce();
  const exchange = { certificateHash, guestNonce, hostNonce };
  await say(connection, { type: "nonce", nonce: hostNonce });
  await say(connection, { type: "proof", proof: proofOf("host", key, exchange) });
  const { proof } = await receive(connection, "proof");
  return isProof(proof, "guest", key, exchange);
}

/** Says BYE, and that nothing comes behind it. */
export async function sayBye(connection: ByteConnection, bye: ByeMessage): Promise<void> {
  await say(connection, bye);
  await connection.closeWrite();
}

async function say(connection: ByteConnection, message: Message): Promise<void> {
  await writeAll(connection, encodeMessage(message));
}

/** Reads no byte further than the message: what is behind it is somebody else's. */
async function receive<T extends KeyMessage["type"]>(
  connection: ByteConnection,
  expected: T,
): Promise<Extract<KeyMessage, { type: T }>> {
  for (;;) {
    const header = decodeHeader(await readWhole(connection, HEADER_BYTES));
    const name = messageTypeName(header.type);
    const isBye = header.type === MessageType.BYE;
    if (name !== undefined && name !== expected.toUpperCase() && !isBye) {
      throw protocolError(`${name} came where ${expected.toUpperCase()} should`);
    }
    const message = decodeMessage(header, await readWhole(connection, header.payloadBytes));
    if (message?.type === "bye") {
      const code = message.retry === false ? "turned-away" : "refused";
      throw new CaptureVideoError(code, `Cannot go on: the other side says ${message.reason}`);
    }
    // Messages of unknown type are passed over.
    if (message) return message as Extract<KeyMessage, { type: T }>;
  }
}

async function readWhole(connection: ByteConnection, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let filled = 0; filled < length;) {
    const read = await connection.read(bytes.subarray(filled));
    if (read === null) {
      throw new CaptureVideoError(
        "connection",
        "Cannot go on: the other side closed the connection",
      );
    }
    filled += read;
  }
  return bytes;
}
