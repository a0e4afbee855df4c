/**
 * Whether a client is one of the tutorial's Python programs, known by whether it says anything.
 *
 * @module
 */

import { type ByteConnection, isDisconnect } from "../flow/byte_connection.ts";
import { pause } from "../flow/timing.ts";

/** A client that has not said anything by then is taken for one of the tutorial's, in milliseconds. */
export const SPEAKS_WITHIN_MS = 500;

/** So many bytes are read at first: whoever reads on has room for them, and can see who it is. */
const FIRST_BYTES = 2;

/** What a client's first moment says. */
export interface RecognisedClient {
  /** `capturevideo` speaks, `bare-jpeg` waits for pictures, and one that is `gone` needs nothing. */
  kind: "capturevideo" | "bare-jpeg" | "gone";
  /** The same connection, with what was already read from it in front. */
  connection: ByteConnection;
}

/** Waits a moment for the client's first bytes. */
export async function recogniseClient(connection: ByteConnection): Promise<RecognisedClient> {
  const buffer = new Uint8Array(FIRST_BYTES);
  const first = connection.read(buffer).catch((error) => {
    if (!isDisconnect(error)) throw error;
    return null;
  });
  const word = first.then((length) => length === null ? "gone" : "capturevideo");
  const known = new AbortController();
  const moment = pause(SPEAKS_WITHIN_MS, known.signal).then(() => "bare-jpeg" as const);
  const kind = await Promise.race([word, moment]).finally(() => known.abort());
  let isUnread = true;
  const again: ByteConnection = {
    read: async (into) => {
      if (!isUnread) return await connection.read(into);
      isUnread = false;
      const length = await first;
      into.set(buffer.subarray(0, length ?? 0));
      return length;
    },
    write: (bytes) => connection.write(bytes),
    closeWrite: () => connection.closeWrite(),
    close: () => connection.close(),
  };
  return { kind, connection: again };
}
