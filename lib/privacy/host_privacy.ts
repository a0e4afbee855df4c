/**
 * A private host's side: whoever connects speaks TLS and proves the key, or is told what it lacks.
 *
 * @module
 */

import type { ByteConnection } from "../flow/byte_connection.ts";
import { CaptureVideoError } from "../flow/errors.ts";
import { TLS_FIRST_BYTE } from "../protocol/header.ts";
import type { ByeMessage } from "../protocol/messages.ts";
import { type HostIdentity, identityPath, loadIdentity } from "./identity.ts";
import { IncomingConnection } from "./incoming.ts";
import { parseKey } from "./key.ts";
import { isSame } from "./proof.ts";
import { proveAsHost, sayBye } from "./proof_exchange.ts";
import { WrongProofs } from "./wrong_proofs.ts";

/** The first byte of a guest that speaks the protocol without TLS. */
const PLAIN_FIRST_BYTE = 0x43;

/** Who is at the other end, as far as the host wants to know. */
export type Admitted =
  /** A guest with the key; what it says from here on is the protocol. */
  | { readonly connection: ByteConnection; readonly key: string }
  /** Somebody else, who was told; and what to say of it. */
  | { readonly refused: string };

/** Options of a {@linkcode HostPrivacy}. */
export interface HostPrivacyOptions {
  readonly identity: HostIdentity;
  /** The user's configuration folder, where a new key is looked for; never, where there is none. */
  readonly folder: string | undefined;
  /** The monotonic clock, in microseconds. */
  readonly now: () => number;
}

/**
 * Lets in who has the key.
 *
 * - Before its proof a client is told nothing but the protocol's version.
 * - Key: the one of the host's file, also when that is made anew while the host runs.
 */
export class HostPrivacy {
  readonly #folder: string | undefined;
  readonly #wrongProofs: WrongProofs;
  #identity: HostIdentity;
  #changedAtMs: number | undefined;
  /** Whether the file could not be looked at, which was said. */
  #isOutOfSight = false;

  constructor({ identity, folder, now }: HostPrivacyOptions) {
    this.#identity = identity;
    this.#folder = folder;
    this.#wrongProofs = new WrongProofs(now);
    this.#changedAtMs = this.#changedAt();
  }

  /** What guests know the host by, in hex. */
  get fingerprint(): string {
    return this.#identity.fingerprint;
  }

  /** The key that guests have to have now. */
  get key(): string {
    return this.#identity.key;
  }

  /** What it is known by, for another way into the host. */
  get identity(): HostIdentity {
    return this.#identity;
  }

  /** Whether somebody at that address gives the key itself, as from a browser. */
  accepts(given: string, address: string): "yes" | "no" | "wait" {
    if (this.#wrongProofs.mustWait(address)) return "wait";
    if (isSame(parseKey(given) ?? "", this.key)) return "yes";
    this.#wrongProofs.add(address);
    return "no";
  }

  /**
   * Looks whether the key was made anew; to be called about every second.
   *
   * @throws {CaptureVideoError} `identity`, when the file is of no use any more; the system's error,
   * the first time that it cannot be looked at
   */
  async refresh(): Promise<void> {
    let changedAtMs: number | undefined;
    try {
      changedAtMs = this.#changedAt();
      this.#isOutOfSight = false;
    } catch (error) {
      if (this.#isOutOfSight) return;
      this.#isOutOfSight = true;
      throw error;
    }
    if (changedAtMs === this.#changedAtMs || this.#folder === undefined) return;
    this.#changedAtMs = changedAtMs;
    if (changedAtMs !== undefined) this.#identity = await loadIdentity(this.#folder);
  }

  /**
   * Finds out who has connected.
   *
   * @param connection as the listener gave it
   * @throws what a connection throws that is gone
   */
  async admit(connection: ByteConnection, address: string): Promise<Admitted> {
    if (!(connection instanceof IncomingConnection)) {
      throw new TypeError("Cannot speak TLS: the connection is not of an IncomingListener");
    }
    const first = await connection.peek();
    if (first === undefined) return { refused: "left" };
    if (first !== TLS_FIRST_BYTE) return await refusePlain(connection, first);
    try {
      return await this.#prove(await connection.startTls(this.#identity), address);
    } catch (error) {
      if (!(error instanceof CaptureVideoError)) throw error;
      const { code, message } = error;
      return { refused: code === "connection" ? "left without a proof" : message };
    }
  }

  async #prove(connection: ByteConnection, address: string): Promise<Admitted> {
    if (this.#wrongProofs.mustWait(address)) {
      const reason = "too many wrong proofs came from your address; wait a minute";
      return await refuse(connection, { reason }, "too many wrong proofs came from its address");
    }
    const { key, certificateHash } = this.#identity;
    if (await proveAsHost(connection, { key, certificateHash })) return { connection, key };
    this.#wrongProofs.add(address);
    const reason = "that proof does not fit the key";
    return await refuse(connection, { reason, retry: false }, "its proof does not fit the key");
  }

  #changedAt(): number | undefined {
    if (this.#folder === undefined) return undefined;
    try {
      return Deno.statSync(identityPath(this.#folder)).mtime?.getTime();
    } catch (error) {
      // It is being replaced, or was taken away: the host keeps what it has.
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  }
}

async function refusePlain(connection: ByteConnection, first: number): Promise<Admitted> {
  if (first !== PLAIN_FIRST_BYTE) return { refused: "it speaks neither TLS nor the protocol" };
  const reason = "this host is private: it speaks TLS only, and only with who has its key";
  return await refuse(
    connection,
    { reason, retry: false, private: true },
    "it did not speak TLS, and this host is private",
  );
}

/** Says BYE, and leaves the other side to close: what it has not read is not lost then. */
async function refuse(
  connection: ByteConnection,
  bye: Omit<ByeMessage, "type">,
  refused: string,
): Promise<Admitted> {
  await sayBye(connection, { type: "bye", ...bye });
  const rest = new Uint8Array(4096);
  while (await connection.read(rest) !== null);
  return { refused };
}
