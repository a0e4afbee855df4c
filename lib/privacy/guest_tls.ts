/**
 * The guest's end of TLS. Anybody's certificate will do: that its owner is at the other end, TLS has
 * made sure; who that is, the proofs tell.
 *
 * `node:tls`, as Deno's own does not tell what certificate the host has shown.
 *
 * @module
 */

import { X509Certificate } from "node:crypto";
import { connect, type TLSSocket } from "node:tls";
import type { ByteConnection } from "../flow/byte_connection.ts";
import { CaptureVideoError } from "../flow/errors.ts";
import { TLS_FIRST_BYTE } from "../protocol/header.ts";
import { Carrier } from "./carrier.ts";
import { handshake, TLS_VERSION } from "./handshake.ts";
import { fingerprintOf } from "./identity.ts";
import { sha256 } from "./proof.ts";

/** A connection to a host, inside TLS. */
export interface SecureConnection {
  /** What is written and read inside. */
  readonly connection: ByteConnection;
  /** SHA-256 of the host's certificate. */
  readonly certificateHash: Uint8Array;
  /** What the host is known by: SHA-256 of its certificate's public key, in hex. */
  readonly hostIdentity: string;
}

/**
 * Begins TLS on a connection.
 *
 * @param connection owned from here on
 * @throws {CaptureVideoError} `privacy`, when the other side does not speak TLS; `protocol`, when it
 * does, and not as it must
 */
export async function beginTls(connection: ByteConnection): Promise<SecureConnection> {
  const carrier = new Carrier(connection);
  const socket = connect({
    // Any stream will do, whatever the type says.
    socket: carrier as unknown as TLSSocket,
    rejectUnauthorized: false,
    minVersion: TLS_VERSION,
  });
  const secure = await handshake(socket, "secureConnect", carrier).catch((cause) => {
    if (carrier.firstByte !== TLS_FIRST_BYTE) throw cause;
    throw new CaptureVideoError(
      "protocol",
      "Cannot begin TLS: the host speaks it, but what it says of itself does not hold",
      { cause },
    );
  });
  const { raw } = socket.getPeerCertificate(true);
  return {
    connection: secure,
    certificateHash: sha256(raw),
    hostIdentity: fingerprintOf(new X509Certificate(raw)),
  };
}
