/**
 * A connection to a network camera, plain or encrypted.
 *
 * Cameras make their certificates themselves, so one that nobody vouches for is taken, and told.
 *
 * @module
 */

import tls from "node:tls";
import { writeAll } from "../../flow/byte_connection.ts";

const READ_BYTES = 64 * 1024;

/** Where a camera is. */
export interface CameraAddress {
  /** `http:` or `https:`. */
  readonly protocol: string;
  /** Name or address; an IPv6 address without brackets. */
  readonly hostname: string;
  /** TCP port. */
  readonly port: number;
}

/** Bytes both ways. Reads and writes under way reject once it is closed. */
export interface CameraConnection {
  /** Why the camera's certificate proves nothing, where it is so. */
  readonly unproven?: string | undefined;
  /** What came, valid until the next read; `undefined` when the camera has finished. */
  read(): Promise<Uint8Array | undefined>;
  /** Writes all of it. */
  write(bytes: Uint8Array): Promise<void>;
  /** Frees it; idempotent. */
  close(): void;
}

/** Connects; an abort closes the connection, whatever is under way. */
export async function connect(
  { protocol, hostname, port }: CameraAddress,
  signal: AbortSignal,
): Promise<CameraConnection> {
  signal.throwIfAborted();
  const connection = protocol === "https:"
    ? await connectTls({ host: hostname, port }, signal)
    : plain(await Deno.connect({ hostname, port, signal }));
  const onAbort = () => connection.close();
  signal.addEventListener("abort", onAbort);
  if (signal.aborted) connection.close();
  return {
    ...connection,
    close() {
      signal.removeEventListener("abort", onAbort);
      connection.close();
    },
  };
}

function plain(tcp: Deno.TcpConn): CameraConnection {
  const buffer = new Uint8Array(READ_BYTES);
  let open = true;
  return {
    async read() {
      const length = await tcp.read(buffer);
      return length === null ? undefined : buffer.subarray(0, length);
    },
    write: (bytes) => writeAll(tcp, bytes),
    close() {
      if (open) tcp.close();
      open = false;
    },
  };
}

/** By Node's interface: Deno's own refuses a camera's own certificate without a choice. */
async function connectTls(
  to: { host: string; port: number },
  signal: AbortSignal,
): Promise<CameraConnection> {
  const isName = !/^[\d.]+$|:/.test(to.host);
  const options = { ...to, rejectUnauthorized: false, ...isName && { servername: to.host } };
  const socket = tls.connect(options);
  const ready = Promise.withResolvers<void>();
  const onAbort = () => socket.destroy(signal.reason);
  signal.addEventListener("abort", onAbort);
  socket.once("secureConnect", ready.resolve);
  socket.once("error", ready.reject);
  socket.once("close", () => ready.reject(new Deno.errors.ConnectionReset()));
  try {
    await ready.promise;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
  // From here on reads report what goes wrong.
  socket.on("error", () => {});
  const chunks = socket[Symbol.asyncIterator]();
  return {
    unproven: socket.authorized ? undefined : String(socket.authorizationError),
    read: async () => (await chunks.next()).value,
    write: (bytes) =>
      new Promise((resolve, reject) =>
        socket.write(bytes, (error) => error ? reject(error) : resolve())
      ),
    close: () => void socket.destroy(),
  };
}
