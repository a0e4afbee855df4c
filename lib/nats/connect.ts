/**
 * Connecting to a NATS server, and what to say where that fails.
 *
 * @module
 */

import { isIP } from "node:net";
import { connect, errors, type NatsConnection, nkeyAuthenticator } from "@nats-io/transport-node";
import { abandon, waitUnlessStopped } from "../flow/abandoned.ts";
import { CaptureVideoError } from "../flow/errors.ts";
import { describeError } from "../text/error_text.ts";
import type { NatsServers } from "./settings.ts";

/** How long a connection may take to be made, with all that proves who we are, in milliseconds. */
const CONNECT_LIMIT_MS = 8000;
/** How soon a server that is gone is tried again, and how much later at random, in milliseconds. */
const RECONNECT = { afterMs: 200, jitterMs: 200 };
/** A server is asked for a sign of life so often, in milliseconds, and is gone after so many. */
const SIGN_OF_LIFE = { everyMs: 1000, missing: 3 };

/** What TLS says of a certificate that nobody we trust has signed. */
const UNKNOWN_AUTHORITY =
  /UnknownIssuer|SELF_SIGNED|UNABLE_TO_(?:GET_ISSUER|VERIFY)|self.signed|unable to (?:get|verify)/i;
const OTHER_NAME = /NotValidForName|ALTNAME_INVALID|altnames/i;
const EXPIRED = /Expired|HAS_EXPIRED|NotValidYet/i;
const WANTS_CERTIFICATE =
  /CertificateRequired|certificate required|BadCertificate|bad certificate/i;

/**
 * Connects, and stays connected: a server that goes away is tried again, and so are the others of
 * its cluster.
 *
 * @param name what the server's operators see of us
 * @param signal ends the connecting
 * @returns `undefined` when it was ended before
 * @throws {CaptureVideoError} `connection` or `turned-away`, in one line
 */
export async function connectToNats(
  to: NatsServers,
  name: string,
  signal: AbortSignal,
): Promise<NatsConnection | undefined> {
  const connecting = open(to, name);
  // The client has no way to end it.
  const connection = await waitUnlessStopped(connecting, signal);
  if (!connection) void connecting.then((late) => late.close(), () => {});
  return connection;
}

/** Closes a connection, also one that is being made anew. */
export async function disconnect(connection: NatsConnection): Promise<void> {
  // The client forgets the socket of a server that has said nothing yet.
  if (connection.info === undefined) abandon();
  await connection.close();
}

async function open(to: NatsServers, name: string): Promise<NatsConnection> {
  const { servers, user, password, seed, ca, cert, certKey } = to;
  const files = { ...ca && { ca }, ...cert && { cert }, ...certKey && { key: certKey } };
  const usesTls = to.tls || Object.keys(files).length > 0;
  // What the certificate is to be for where a server has no name: the client forgets to say so.
  let address: string | undefined;
  try {
    return await connect({
      servers: [...servers],
      reconnectToServer: ([next]) => {
        address = next && next.tlsName === "" && isIP(next.hostname) ? next.hostname : undefined;
        return null;
      },
      name,
      ...user !== undefined && { user },
      ...password !== undefined && { pass: password },
      ...seed !== undefined &&
        { authenticator: nkeyAuthenticator(new TextEncoder().encode(seed)) },
      ...usesTls && {
        tls: {
          ...files,
          get host() {
            return address;
          },
        },
      },
      timeout: CONNECT_LIMIT_MS,
      maxReconnectAttempts: -1,
      reconnectTimeWait: RECONNECT.afterMs,
      reconnectJitter: RECONNECT.jitterMs,
      reconnectJitterTLS: RECONNECT.jitterMs,
      pingInterval: SIGN_OF_LIFE.everyMs,
      maxPingOut: SIGN_OF_LIFE.missing,
      // Whose password is changed while it runs may be let in again.
      ignoreAuthErrorAbort: true,
    });
  } catch (error) {
    throw failure(error, to);
  }
}

function failure(error: unknown, to: NatsServers): unknown {
  const where = `the NATS server ${to.servers.join(", ")}`;
  const action = `connect to ${where}`;
  const { code, why } = reasonOf(error, to);
  if (why) return new CaptureVideoError(code, `Cannot ${action}: ${why}`, { cause: error });
  const { cause } = error as { cause?: unknown };
  for (const candidate of [error, cause]) {
    const { line, expected } = describeError(candidate, action);
    if (expected) return new CaptureVideoError("connection", line, { cause: error });
  }
  const said = error instanceof Error ? error.message : String(error);
  return new CaptureVideoError("connection", `Cannot ${action}: ${said}`, { cause: error });
}

/** Why, where this is known better than the system's words say. */
function reasonOf(
  error: unknown,
  { user, seed, ca }: NatsServers,
): { code: "turned-away" | "connection"; why?: string } {
  if (error instanceof errors.AuthorizationError) {
    const wrong = seed !== undefined
      ? "it does not accept this nkey"
      : user !== undefined
      ? "it does not accept this user and password"
      : "it wants a user; give --nats-user or --nats-nkey-file";
    return { code: "turned-away", why: wrong };
  }
  if (error instanceof errors.TimeoutError) {
    return { code: "connection", why: "nobody answers there" };
  }
  const { message = "", code = "", cause } = error as {
    message?: string;
    code?: string;
    cause?: { message?: string };
  };
  const text = `${code} ${message} ${cause?.message ?? ""}`;
  if (/does not support 'tls'/.test(text)) {
    return { code: "turned-away", why: "it does not speak TLS, which was asked for" };
  }
  if (UNKNOWN_AUTHORITY.test(text)) {
    return {
      code: "turned-away",
      why: ca === undefined
        ? "its certificate is of an authority that this computer does not know; name that with " +
          "--nats-ca"
        : "its certificate is not of the authority that --nats-ca names",
    };
  }
  if (OTHER_NAME.test(text)) {
    return { code: "turned-away", why: "its certificate is for another name" };
  }
  if (EXPIRED.test(text)) return { code: "turned-away", why: "its certificate is out of date" };
  if (WANTS_CERTIFICATE.test(text)) {
    return { code: "turned-away", why: "it wants a certificate; give --nats-cert" };
  }
  return { code: "connection" };
}
