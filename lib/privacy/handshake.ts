/**
 * The beginning of TLS 1.3, as it is the same at both ends.
 *
 * @module
 */

import type { TLSSocket } from "node:tls";
import { CaptureVideoError } from "../flow/errors.ts";
import { type Carriage, TlsConnection } from "./tls_connection.ts";

/** The only version that is spoken. */
export const TLS_VERSION = "TLSv1.3";

/**
 * Waits until both sides are sure of each other's TLS.
 *
 * @param event by which the socket says so
 * @throws {CaptureVideoError} `privacy`, when the other side does not speak it
 */
export async function handshake(
  socket: TLSSocket,
  event: "secure" | "secureConnect",
  carriage: Carriage,
): Promise<TlsConnection> {
  const { promise, resolve, reject } = Promise.withResolvers<TlsConnection>();
  const fail = (error?: Error) => {
    const why = error?.message ?? "the other side closed the connection";
    reject(new CaptureVideoError("privacy", `Cannot begin TLS: ${why}`, { cause: error }));
    socket.destroy();
    carriage.destroy();
  };
  socket.once(event, () => resolve(new TlsConnection(socket, carriage)));
  socket.once("error", fail).once("close", fail);
  carriage.on("error", fail);
  carriage.on("close", fail);
  return await promise;
}
