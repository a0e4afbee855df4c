/**
 * A private host's door and whoever comes to it, over real TLS on this machine.
 *
 * @module
 */

import { IncomingConnection, IncomingListener } from "../../lib/privacy/incoming.ts";
import { type HostIdentity, loadIdentity } from "../../lib/privacy/identity.ts";
import { beginTls, type SecureConnection } from "../../lib/privacy/guest_tls.ts";
import type { ByteConnection } from "../../lib/flow/byte_connection.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/folder.ts";

const HOSTNAME = "127.0.0.1";

/** A host's identity and its listener. */
export class TlsStage implements AsyncDisposable {
  readonly folder: TemporaryFolder;
  readonly identity: HostIdentity;
  readonly listener: IncomingListener;
  readonly #closables: { close(): void }[] = [];

  private constructor(
    folder: TemporaryFolder,
    identity: HostIdentity,
    listener: IncomingListener,
  ) {
    this.folder = folder;
    this.identity = identity;
    this.listener = listener;
  }

  static async set(): Promise<TlsStage> {
    const folder = await temporaryFolder();
    const identity = await loadIdentity(folder.path);
    const listener = await IncomingListener.listen({ host: HOSTNAME, port: 0 });
    return new TlsStage(folder, identity, listener);
  }

  /** Where guests connect to. */
  get to(): { hostname: string; port: number } {
    return { hostname: HOSTNAME, port: this.listener.addr.port };
  }

  /** A connection that came in, and what made it. */
  async tcp(): Promise<[IncomingConnection, Deno.TcpConn]> {
    const [ours, theirs] = await Promise.all([this.listener.accept(), Deno.connect(this.to)]);
    this.keep(ours);
    this.keep(theirs);
    return [ours, theirs];
  }

  /** Both ends of a TLS connection. */
  async tls(): Promise<{ host: ByteConnection; guest: SecureConnection }> {
    const [incoming, theirs] = await this.tcp();
    const [host, guest] = await Promise.all([
      incoming.peek().then(() => incoming.startTls(this.identity)),
      beginTls(theirs),
    ]);
    this.keep(guest.connection);
    return { host, guest };
  }

  /** Closes something at the end. */
  keep(closable: { close(): void }): void {
    this.#closables.push(closable);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const closable of this.#closables) {
      try {
        closable.close();
      } catch (error) {
        if (!(error instanceof Deno.errors.BadResource)) throw error;
      }
    }
    this.listener.close();
    await this.folder[Symbol.asyncDispose]();
  }
}

/** Reads so many bytes, or all there are. */
export async function readUpTo(connection: ByteConnection, wanted: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(wanted);
  let filled = 0;
  while (filled < wanted) {
    const length = await connection.read(bytes.subarray(filled));
    if (length === null) break;
    filled += length;
  }
  return bytes.subarray(0, filled);
}
