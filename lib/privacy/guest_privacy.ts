/**
 * A guest's side: whether it talks to its host inside TLS, and with which key.
 *
 * @module
 */

import { withPort } from "../cli/address.ts";
import type { ByteConnection } from "../flow/byte_connection.ts";
import { CaptureVideoError } from "../flow/errors.ts";
import type { SharedTurn } from "../flow/shared_turn.ts";
import { deadline } from "../flow/timing.ts";
import { shellWord } from "../text/printable.ts";
import { askForKey, canAsk, type KeyTerminal } from "./ask_key.ts";
import { isLoopback } from "./loopback.ts";
import type { SecureConnection } from "./guest_tls.ts";
import type { RememberedKeys } from "./remembered_keys.ts";

/** How long TLS and the proofs may take, in milliseconds. */
export const PRIVACY_LIMIT_MS = 5000;

/** What is there to prove with, and to whom. */
export interface GuestPrivacyOptions {
  /** The host's address or name. */
  readonly hostname: string;
  readonly port: number;
  /** The key, where the user has given it with the call. */
  readonly key: string | undefined;
  /** Whether the user wants an open host, of which nobody knows who it is. */
  readonly open: boolean;
  /** The keys of other times. */
  readonly remembered: RememberedKeys;
  readonly say: (line: string) => void;
  /** Where a key can be typed; default: standard input. */
  readonly terminal?: KeyTerminal;
  /** Who may ask for one now, where others of this program might as well. */
  readonly asking?: SharedTurn | undefined;
  /** What to do where something is missing; default: a guest's options. */
  readonly advice?: PrivacyAdvice;
}

/** What another program's user than a guest's can do, as the end of a line. */
export interface PrivacyAdvice {
  /** Where the key is missing. */
  readonly key: string;
  /** Where the host is an open one. */
  readonly open: string;
}

/** Makes a connection, whatever is said on it. */
export type Dial = (signal: AbortSignal) => Promise<ByteConnection>;

/**
 * Makes connections to one host.
 *
 * - In the clear: on this computer, until the host says that it is private; elsewhere only where the
 *   user says so, and never to a name whose key is remembered.
 * - Key: the one given with the call, else the remembered one, else one that is asked for, again
 *   whenever it does not fit. It is remembered once the host has proved that it has it too.
 */
export class GuestPrivacy {
  readonly #options: GuestPrivacyOptions;
  readonly #dial: Dial;
  readonly #name: string;
  #isPrivate: boolean;
  /** A key that was typed and has yet to prove right. */
  #typed: string | undefined;
  #asking: Promise<string | undefined> | undefined;

  /**
   * @param options whom to talk to @param dial how to reach it
   * @throws {CaptureVideoError} `privacy`, when it is to be in the clear, and may not be
   */
  constructor(options: GuestPrivacyOptions, dial: Dial) {
    const { hostname, port, key, open, remembered } = options;
    this.#options = options;
    this.#dial = dial;
    this.#name = withPort(hostname, port);
    this.#isPrivate = !open && (key !== undefined || !isLoopback(hostname));
    if (open && !isLoopback(hostname) && remembered.named(this.#name)) {
      throw new CaptureVideoError(
        "privacy",
        `Cannot talk openly to ${this.#name}: its key is remembered, so it was private; ` +
          `"guest --forget ${shellWord(this.#name)}" makes it forgotten`,
      );
    }
  }

  /** Whether connections are inside TLS. */
  get isPrivate(): boolean {
    return this.#isPrivate;
  }

  /** Notes that the host has said that it is private; whether that changes anything. */
  hostIsPrivate(): boolean {
    const changes = !this.#isPrivate && !this.#options.open;
    if (changes) this.#isPrivate = true;
    return changes;
  }

  /**
   * Connects, and proves the key where the host is private.
   *
   * @throws {CaptureVideoError} `wrong-key`, when there is none that fits and nobody to be asked;
   * `privacy`, when the host does not speak TLS; what the network throws; the signal's reason
   */
  async dial(signal: AbortSignal): Promise<ByteConnection> {
    using turn = new DisposableStack();
    let mayAsk = this.#options.asking === undefined;
    for (;;) {
      const dialled = await this.#dial(signal);
      if (!this.#isPrivate) return dialled;
      const plain = closedOnce(dialled);
      const close = () => plain.close();
      signal.addEventListener("abort", close);
      try {
        signal.throwIfAborted();
        const connection = await this.#prove(plain);
        if (connection) return connection;
      } catch (error) {
        close();
        signal.throwIfAborted();
        throw error;
      } finally {
        signal.removeEventListener("abort", close);
      }
      if (mayAsk) await this.#ask(signal);
      // Whoever asks before us may be asking for this very key.
      else turn.use(await this.#options.asking!.take(signal));
      mayAsk = true;
    }
  }

  /** The connection, proved; `undefined` where a key is missing. */
  async #prove(plain: ByteConnection): Promise<ByteConnection | undefined> {
    const { say, key: given, remembered } = this.#options;
    // Whose host is open does not need it.
    const { beginTls } = await import("./guest_tls.ts");
    const secure = await this.#within(
      beginTls(plain).catch((error) => {
        throw this.#notPrivate(error);
      }),
    );
    // Whoever gives a key needs no folder for others.
    const key = given ?? this.#typed ?? remembered.host(secure.hostIdentity)?.key;
    if (key === undefined) {
      secure.connection.close();
      if (remembered.named(this.#name)) {
        say(`another computer answers at ${this.#name} than the one whose key is remembered`);
      }
      return undefined;
    }
    const fits = await this.#within(this.#fits(secure, key));
    if (fits) {
      this.#typed = undefined;
      if (given === undefined) this.#remember(secure.hostIdentity, key);
      return secure.connection;
    }
    secure.connection.close();
    if (given !== undefined) throw this.#wrongKey("does not have the key that was given");
    say(
      this.#typed === undefined
        ? `the key remembered for ${this.#name} does not fit any more: it has a new one, or ` +
          "another computer answers in its place"
        : `${this.#name} has another key than that`,
    );
    this.#typed = undefined;
    return undefined;
  }

  async #fits({ connection, certificateHash }: SecureConnection, key: string): Promise<boolean> {
    const { proveAsGuest } = await import("./proof_exchange.ts");
    try {
      await proveAsGuest(connection, { key, certificateHash });
      return true;
    } catch (error) {
      if (error instanceof CaptureVideoError && error.code === "wrong-key") return false;
      throw error;
    }
  }

  /** Asks for a key, once for all who wait for it. */
  async #ask(signal: AbortSignal): Promise<void> {
    const { terminal, say } = this.#options;
    if (!canAsk(terminal)) throw this.#wrongKey("is private, and nobody can be asked for its key");
    this.#asking ??= askForKey(this.#name, { say, signal, ...terminal && { terminal } })
      .finally(() => this.#asking = undefined);
    const key = await this.#asking;
    signal.throwIfAborted();
    if (key === undefined) throw this.#wrongKey("is private, and no key was typed");
    this.#typed = key;
  }

  #remember(identity: string, key: string): void {
    const { remembered, say } = this.#options;
    try {
      remembered.remember(identity, key, this.#name);
    } catch (error) {
      // The picture is worth more than the memory of its key, and a host writes nothing by then.
      const isNoFault = error instanceof CaptureVideoError ||
        error instanceof Deno.errors.NotCapable;
      if (!isNoFault) throw error;
      say(`the key will be asked for again: ${error.message}`);
    }
  }

  #within<T>(work: Promise<T>): Promise<T> {
    const error = () =>
      new CaptureVideoError(
        "connection",
        `Cannot connect to ${this.#name}: it did not prove its key within ${
          PRIVACY_LIMIT_MS / 1000
        } s`,
      );
    return deadline(work, { ms: PRIVACY_LIMIT_MS, error });
  }

  #wrongKey(what: string): CaptureVideoError {
    const { advice } = this.#options;
    const key = advice?.key ?? "set CAPTUREVIDEO_KEY, or name a file with --key-file";
    return new CaptureVideoError("wrong-key", `Cannot go on: ${this.#name} ${what}; ${key}`);
  }

  /** The error of a host that does not speak TLS. */
  #notPrivate(error: unknown): unknown {
    if (!(error instanceof CaptureVideoError) || error.code !== "privacy") return error;
    const command = `guest --open ${shellWord(this.#name)}`;
    const open = this.#options.advice?.open ?? `"${command}" shows it`;
    return new CaptureVideoError(
      "privacy",
      `Cannot talk privately to ${this.#name}: it does not speak TLS. If it is an open host, ` +
        `whose picture everyone on its network may see, ${open}`,
      { cause: error },
    );
  }
}

/** A connection that may be closed again and again: by TLS, and by whoever gives up on it. */
function closedOnce(connection: ByteConnection): ByteConnection {
  let isClosed = false;
  return {
    read: (into) => connection.read(into),
    write: (bytes) => connection.write(bytes),
    closeWrite: () => connection.closeWrite(),
    close: () => {
      if (!isClosed) connection.close();
      isClosed = true;
    },
  };
}
