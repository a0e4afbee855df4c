/**
 * Somebody else's TLS server: Python's, which shows whatever certificate it is given.
 *
 * @module
 */

import { linesOf } from "../../lib/text/lines.ts";

/** It takes one connection, and says what became of its handshake. */
const SERVER = `
import socket, ssl, sys
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1], sys.argv[2])
with socket.create_server(("127.0.0.1", 0)) as listener:
    print(listener.getsockname()[1], flush=True)
    try:
        connection = context.wrap_socket(listener.accept()[0], server_side=True)
        print("accepted", flush=True)
        connection.recv(1)
    except OSError as error:
        print("refused", flush=True)
`;

/** A server for one connection. */
export interface TlsServer extends AsyncDisposable {
  readonly port: number;
  /** Whether the one that came went on behind the handshake: `accepted` or `refused`. */
  outcome(): Promise<string | undefined>;
}

/** What it shows: both are names of files in PEM. */
export interface TlsServerOptions {
  /** Every certificate in it, of which there may be many. */
  readonly certificate: string;
  /** Whether it belongs to the certificate or not. */
  readonly privateKey: string;
}

/** Starts it. */
export async function startTlsServer(
  { certificate, privateKey }: TlsServerOptions,
): Promise<TlsServer> {
  const process = new Deno.Command("/usr/bin/python3", {
    args: ["-c", SERVER, certificate, privateKey],
    stdout: "piped",
  }).spawn();
  const lines = linesOf(process.stdout);
  return {
    port: Number((await lines.next()).value),
    outcome: async () => (await lines.next()).value ?? undefined,
    async [Symbol.asyncDispose]() {
      await lines.return();
      await process[Symbol.asyncDispose]();
    },
  };
}
