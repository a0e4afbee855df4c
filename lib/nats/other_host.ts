/**
 * Whether another host publishes by the same name.
 *
 * @module
 */

import { type NatsConnection, RequestError } from "@nats-io/transport-node";
import { encodeMessage } from "../protocol/messages.ts";

/** How long one is waited for, in milliseconds. */
const PATIENCE_MS = 1000;

/** What says that there is none, or that we may not ask. */
const NOBODY = /^(?:TimeoutError|NoResponders|PermissionViolationError)$/;

/**
 * Whether somebody answers to a PING there.
 *
 * @param subject where hosts are asked for the time
 * @param now the monotonic clock, in microseconds
 */
export async function otherHostAnswers(
  connection: NatsConnection,
  subject: string,
  now: () => number,
): Promise<boolean> {
  try {
    const ping = encodeMessage({ type: "ping", t1: now() });
    await connection.request(subject, ping, { timeout: PATIENCE_MS });
    return true;
  } catch (error) {
    const isNobody = error instanceof RequestError ||
      error instanceof Error && NOBODY.test(error.name);
    if (isNobody) return false;
    throw error;
  }
}
