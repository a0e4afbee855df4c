/**
 * One hostile connection, from either end.
 *
 * @module
 */

import { isDisconnect, writeAll } from "../../lib/flow/byte_connection.ts";
import { pause } from "../../lib/flow/timing.ts";
import type { Attack } from "./attacks.ts";

/** How long an attacker listens after it has said everything, in milliseconds. */
const LISTEN_MS = 80;

/** Does what the attack says, and closes the connection, if the other side has not. */
export async function strike(connection: Deno.TcpConn, { pieces, then }: Attack): Promise<void> {
  const end = new AbortController();
  const listening = drain(connection).finally(() => end.abort());
  try {
    connection.setNoDelay(true);
    for (const piece of pieces) await writeAll(connection, piece);
    if (then === "half-close") await connection.closeWrite();
    if (then !== "close") await pause(LISTEN_MS, end.signal);
  } catch (error) {
    // The other side may end it before everything is said.
    if (!isDisconnect(error)) throw error;
  } finally {
    connection.close();
    await listening;
  }
}

/** Reads until the connection ends, whoever ends it. */
async function drain(connection: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(64 * 1024);
  try {
    while (await connection.read(buffer) !== null);
  } catch (error) {
    if (!isDisconnect(error)) throw error;
  }
}
