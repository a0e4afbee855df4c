/**
 * A connection to a network camera, plain or encrypted.
 *
 * Cameras make their certificates themselves, so one that proves nothing is taken, and a line says so.
 *
 * @module
 */

import { once } from "node:events";
import { isIP } from "node:net";
import tls from "node:tls";
import { writeAll } from "../../flow/byte_connection.ts";
import { hostnameOf } from "../address.ts";

/** So much is read at once, at least and at most. */
const READ_BYTES = { least: 64 * 1024, most: 256 * 1024 };

/** Bytes both ways. Reads and writes under way reject once it is closed. */
export interface CameraConnection {
  /** Why the camera's certificate proves nothing, where it is so. */
  readonly unproven?: string | undefined;
  /** What comes, until the camera has finished. */
  readonly pieces: AsyncIterator<Uint8Array, unknown>;
  write(bytes: Uint8Array): Promise<void>;
  /** Frees it; idempotent. */
  close(): void;
}

/**
 * Connects to the origin of a URL.
 *
 * @param options the network interface of a link-local address, and what ends the connecting
 */
export async function connect(
  url: URL,
  { zone, signal }: { zone: string; signal: AbortSignal },
): Promise<CameraConnection> {
  signal.throwIfAborted();
  const isPlain = url.protocol === "http:";
  const hostname = hostnameOf({ url, zone });
  const port = Number(url.port) || (isPlain ? 80 : 443);
  if (!isPlain) return await connectTls({ host: hostname, port }, signal);
  const tcp = await Deno.connect({ hostname, port, signal });
  let isOpen = true;
  return {
    pieces: piecesOf(tcp),
    write: (bytes) => writeAll(tcp, bytes),
    close() {
      if (isOpen) tcp.close();
      isOpen = false;
    },
  };
}

async function* piecesOf(tcp: Deno.TcpConn): AsyncGenerator<Uint8Array> {
  for (let room = new Uint8Array();;) {
    if (room.length < READ_BYTES.least) room = new Uint8Array(READ_BYTES.most);
    const length = await tcp.read(room);
    if (length === null) return;
    yield room.subarray(0, length);
    room = room.subarray(length);
  }
}

/** By Node's interface: Deno's own refuses a camera's own certificate without a choice. */
async function connectTls(
  to: { host: string; port: number },
  signal: AbortSignal,
): Promise<CameraConnection> {
  const servername = isIP(to.host) === 0 ? to.host : "";
  const socket = tls.connect({ ...to, servername, rejectUnauthorized: false });
  try {
    await once(socket, "secureConnect", { signal });
  } catch (error) {
    socket.destroy();
    throw error;
  }
  // From here on reads report what goes wrong.
  socket.on("error", () => {});
  return {
    unproven: socket.authorized ? undefined : String(socket.authorizationError),
    pieces: socket[Symbol.asyncIterator](),
    write: (bytes) =>
      new Promise((resolve, reject) =>
        socket.write(bytes, (error) => error ? reject(error) : resolve())
      ),
    close: () => void socket.destroy(),
  };
}
