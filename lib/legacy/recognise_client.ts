/**
 * Whether a client is one of the tutorial's Python programs, told from whether it says anything.
 *
 * @module
 */

import { type ByteConnection, isDisconnect } from "../flow/byte_connection.ts";

/** A client that has not said anything by then is taken for one of the tutorial's, in milliseconds. */
export const SPEAKS_WITHIN_MS = 500;

/** What a client's first moment says. */
export interface RecognisedClient {
  /** `capturevideo` speaks, `bare-jpeg` waits for pictures, and one that is `gone` needs nothing. */
  kind: "capturevideo" | "bare-jpeg" | "gone";
  /** The same connection, with what was already read from it in front. */
  connection: ByteConnection;
}

/** Waits a moment for the client's first word. */
export async function recogniseClient(connection: ByteConnection): Promise<RecognisedClient> {
  const buffer = new Uint8Array(4096);
  const first = connection.read(buffer).catch((error) => {
    if (!isDisconnect(error)) throw error;
    return null;
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const moment = new Promise<"bare-jpeg">((resolve) => {
    timer = setTimeout(() => resolve("bare-jpeg"), SPEAKS_WITHIN_MS);
  });
  const word = first.then((length) => length === null ? "gone" : "capturevideo");
  try {
    const kind = await Promise.race([word, moment]);
    const heard = first.then((length) => length === null ? null : buffer.subarray(0, length));
    return { kind, connection: readingAgain(connection, heard) };
  } finally {
    clearTimeout(timer);
  }
}

function readingAgain(
  connection: ByteConnection,
  first: Promise<Uint8Array | null>,
): ByteConnection {
  let unread: Uint8Array | undefined;
  let isFirst = true;
  return {
    read: async (into) => {
      if (isFirst) {
        isFirst = false;
        const bytes = await first;
        if (bytes === null) return null;
        unread = bytes;
      }
      if (!unread) return await connection.read(into);
      const part = unread.subarray(0, into.length);
      into.set(part);
      unread = part.length < unread.length ? unread.subarray(part.length) : undefined;
      return part.length;
    },
    write: (bytes) => connection.write(bytes),
    closeWrite: () => connection.closeWrite(),
    close: () => connection.close(),
  };
}
