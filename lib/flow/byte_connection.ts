/**
 * What a session needs of a connection: TCP today, and anything else that carries bytes both ways.
 *
 * `Deno.TcpConn` is one as it stands.
 *
 * @module
 */

/** A connection that carries bytes both ways, in order. */
export interface ByteConnection {
  /** Reads what there is into `into`; `null` when the other side has finished. */
  read(into: Uint8Array): Promise<number | null>;
  /** Writes at least one of the bytes and resolves to how many. */
  write(bytes: Uint8Array): Promise<number>;
  /** Says that nothing more will be written; reading goes on. */
  closeWrite(): Promise<void>;
  /** Frees the connection; reads and writes under way reject. */
  close(): void;
}

/** Writes all of `bytes`, calling `onProgress` after each part that the kernel took. */
export async function writeAll(
  connection: Pick<ByteConnection, "write">,
  bytes: Uint8Array,
  onProgress: () => void = () => {},
): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += await connection.write(written === 0 ? bytes : bytes.subarray(written));
    onProgress();
  }
}

/**
 * Whether an error only says that the connection is gone: closed by either side, or by the network
 * between them, in any of the words that the system has for that (`EHOSTUNREACH`, `ETIMEDOUT`, …).
 */
export function isDisconnect(error: unknown): boolean {
  return error instanceof Deno.errors.Interrupted ||
    error instanceof Deno.errors.BadResource ||
    error instanceof Error && /^E[A-Z\d]+$/.test(String((error as { code?: unknown }).code)) ||
    error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.ConnectionAborted ||
    error instanceof Deno.errors.NotConnected ||
    error instanceof Deno.errors.TimedOut;
}
