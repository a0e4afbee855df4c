/**
 * The keys that a guest was given, by the hosts that they belong to.
 *
 * @module
 */

import { parseAddress } from "../cli/address.ts";
import { KEY_RULE, parseKey, shownKey } from "./key.ts";
import { userFolder } from "./user_folder.ts";
import { readPrivateFile, unusable, writePrivateFile } from "./private_file.ts";

const FILE_NAME = "guest.json";
const WHAT = "the remembered keys";
/** Nobody has more; the oldest go. */
const MAX_HOSTS = 1000;
/** Of the names by which one host was reached, the newest. */
const MAX_NAMES = 20;

/** A host whose key is remembered. */
export interface RememberedHost {
  /** What the host is known by: SHA-256 of its certificate's public key, in hex. */
  readonly identity: string;
  /** Its key, 16 characters. */
  readonly key: string;
  /** The names and addresses by which it was reached, the newest last. */
  readonly names: readonly string[];
}

/**
 * The file of remembered keys, read anew each time: several guests may run at once.
 *
 * - Written whole or not at all, for nobody else to read.
 */
export class RememberedKeys {
  readonly #folder: () => string;

  /** @param folder finds the user's configuration folder, when that is needed */
  constructor(folder: () => string = userFolder) {
    this.#folder = folder;
  }

  get path(): string {
    return `${this.#folder()}/${FILE_NAME}`;
  }

  host(identity: string): RememberedHost | undefined {
    return this.#read().find((host) => host.identity === identity);
  }

  /** The host that was last reached by that name. */
  named(name: string): RememberedHost | undefined {
    return this.#read().findLast(({ names }) => names.includes(name));
  }

  /**
   * Remembers a host's key, and by what name it was reached. That name is no other host's any more.
   *
   * @throws {CaptureVideoError} `identity`, when the file cannot be written
   */
  remember(identity: string, key: string, name: string): void {
    const before = this.#read();
    const known = before.find((host) => host.identity === identity);
    if (known?.key === key && known.names.at(-1) === name) return;
    const others = before
      .filter((host) => host.identity !== identity)
      .map((host) => ({ ...host, names: host.names.filter((other) => other !== name) }));
    const names = [...known?.names.filter((other) => other !== name) ?? [], name];
    this.#write([...others, { identity, key, names: names.slice(-MAX_NAMES) }].slice(-MAX_HOSTS));
  }

  /**
   * Forgets the hosts that were reached by that name, and port if it has one; whether there was
   * one.
   */
  forget(name: string): boolean {
    const before = this.#read();
    const { host = name, port } = parseAddress(name) ?? {};
    const isMeant = (known: string) =>
      known === name || port === undefined && parseAddress(known)?.host === host;
    const kept = before.filter(({ names }) => !names.some(isMeant));
    if (kept.length < before.length) this.#write(kept);
    return kept.length < before.length;
  }

  #read(): RememberedHost[] {
    const text = readPrivateFile(this.path, WHAT);
    if (text === undefined) return [];
    try {
      const { hosts } = JSON.parse(text) as { hosts: unknown[] };
      return hosts.map(readHost);
    } catch {
      throw unusable(
        this.path,
        WHAT,
        "it is damaged; move it away, and each host's key is asked for again",
      );
    }
  }

  #write(hosts: readonly RememberedHost[]): void {
    const stored = { hosts: hosts.map((host) => ({ ...host, key: shownKey(host.key) })) };
    const text = JSON.stringify(stored, undefined, 2) + "\n";
    writePrivateFile(this.path, text, WHAT, { replace: true });
  }
}

function readHost(value: unknown): RememberedHost {
  const { identity, key, names } = value as Record<string, unknown>;
  const parsed = typeof key === "string" ? parseKey(key) : undefined;
  if (parsed === undefined) throw new TypeError(`a key must be ${KEY_RULE}`);
  const isList = Array.isArray(names) && names.every((name) => typeof name === "string");
  if (typeof identity !== "string" || !isList) throw new TypeError("a host has a name");
  return { identity, key: parsed, names };
}
