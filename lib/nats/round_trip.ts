/**
 * How long a NATS server takes to answer.
 *
 * @module
 */

import type { NatsConnection } from "@nats-io/transport-node";

/**
 * Measures a round trip; what is under way lengthens it.
 *
 * @param now the monotonic clock, in microseconds
 * @returns microseconds; `undefined` where the server is gone, which is heard elsewhere
 */
export async function roundTrip(
  connection: NatsConnection,
  now: () => number,
): Promise<number | undefined> {
  const startMicros = now();
  return await connection.flush().then(() => now() - startMicros, () => undefined);
}
