/**
 * The hosts that were heard of in the network, from packets of which any may be a lie.
 *
 * @module
 */

import { byteLength, MAX_NAME_BYTES } from "../cli/host_name.ts";
import { type Advertisement, advertisementIn } from "./advertisement.ts";
import { isLinkLocal } from "./interfaces.ts";
import type { Packet, Question, Record } from "./multicast_dns.d.ts";
import { isSameName, nameIn } from "./names.ts";
import { isHostAddress } from "./host_address.ts";

/** So many hosts are kept. */
export const MAX_HOSTS = 100;

/** So many of them from one computer, so that one that makes them up leaves room for the others. */
export const MAX_HOSTS_OF_SENDER = 16;

/** So many addresses of one host are kept. */
const MAX_ADDRESSES = 8;

/** So many questions are asked at once. */
const MAX_QUESTIONS = 16;

/** So often the addresses of one host are asked for. */
const MAX_ASKED = 3;

/** How long a host that is said to be gone has to say that it is not, in milliseconds. */
const DEPARTURE_MS = 1500;

/** The longest time for which a host is believed to be there, in seconds. */
const MAX_TTL_SECONDS = 4500;

/** A host, as it was heard of. Its name comes from the network: to be printed as any such text. */
export interface FoundHost extends Advertisement {
  readonly name: string;
  /** The TCP port on which it listens. */
  readonly port: number;
  /** Those that packets came from first; link-local ones with the interface behind them. */
  readonly addresses: readonly string[];
}

/** Where a packet came from. */
export interface PacketOrigin {
  /** The address that sent it. */
  readonly sender: string;
  readonly interfaceName: string;
  /** When, in milliseconds of the monotonic clock. */
  readonly nowMs: number;
}

interface Entry {
  readonly name: string;
  readonly target: string;
  readonly port: number;
  readonly sender: string;
  readonly addresses: string[];
  advertisement: Advertisement | undefined;
  /** How often its addresses were asked for. */
  asked: number;
  heardAtMs: number;
  endsAtMs: number;
}

/**
 * The hosts.
 *
 * - Bound: {@linkcode MAX_HOSTS}, and {@linkcode MAX_HOSTS_OF_SENDER} from one address; `isFull`
 *   tells that some were left out.
 * - Two computers that claim one name are two hosts, so none can take another's place.
 * - Goodbye: a host leaves once it was said to be gone and has not contradicted.
 */
export class HostList {
  readonly #entries = new Map<string, Entry>();
  readonly #unknown = new Set<string>();
  #isFull = false;

  /** Whether there were more than are kept. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** The hosts of which an address is known, in the order in which they were heard of. */
  get hosts(): FoundHost[] {
    return Array.from(this.#entries.values(), toHost)
      .filter(({ addresses }) => addresses.length > 0);
  }

  /** Whether there is something to ask, to complete what was heard. */
  get isIncomplete(): boolean {
    return this.#unknown.size > 0 || this.#withoutAddress().length > 0;
  }

  /** What is to be asked, now that it is going to be. */
  questions(): Question[] {
    const names = [...this.#unknown];
    const entries = this.#withoutAddress().slice(0, (MAX_QUESTIONS - names.length) / 2);
    this.#unknown.clear();
    for (const entry of entries) entry.asked++;
    return [
      ...names.map((name) => ({ name, type: "SRV" })),
      ...entries.flatMap(({ target }) => ["A", "AAAA"].map((type) => ({ name: target, type }))),
    ].filter(({ name }) => canBeAsked(name));
  }

  /**
   * Takes a response.
   *
   * @returns whether somebody was said to be gone, who should now be asked
   */
  take({ answers, additionals }: Packet, origin: PacketOrigin): boolean {
    const records = [...answers, ...additionals];
    let isGoodbye = false;
    for (const record of records) {
      if (record.type === "SRV") isGoodbye = this.#takeService(record, origin) || isGoodbye;
    }
    for (const record of records) {
      if (record.type === "TXT") this.#takeText(record, origin);
      if (record.type === "A" || record.type === "AAAA") this.#takeAddress(record, origin);
      if (record.type === "PTR") isGoodbye = this.#takePointer(record, origin) || isGoodbye;
    }
    return isGoodbye;
  }

  /**
   * Forgets whose time is over, and who has not been heard since.
   *
   * @param heardSinceMs in milliseconds of the monotonic clock, like `nowMs`
   */
  forget({ nowMs, heardSinceMs }: { nowMs: number; heardSinceMs: number }): void {
    for (const [key, { endsAtMs, heardAtMs }] of this.#entries) {
      if (endsAtMs <= nowMs || heardAtMs < heardSinceMs) this.#entries.delete(key);
    }
  }

  #takeService({ name, ttl = 0, data }: Record, { sender, nowMs }: PacketOrigin): boolean {
    const hostName = nameIn(name);
    const service = data as { target?: unknown; port?: unknown } | undefined;
    const { target, port } = service ?? {};
    if (hostName === undefined || typeof target !== "string" || typeof port !== "number") {
      return false;
    }
    const key = JSON.stringify([hostName.toLowerCase(), target.toLowerCase(), port]);
    const known = this.#entries.get(key);
    if (ttl === 0) {
      if (known) known.endsAtMs = Math.min(known.endsAtMs, nowMs + DEPARTURE_MS);
      return known !== undefined;
    }
    if (port < 1 || !known && !this.#hasRoom(sender)) return false;
    const entry = known ??
      { name: hostName, target, port, sender, addresses: [], advertisement: undefined, asked: 0 };
    this.#entries.set(
      key,
      Object.assign(entry, {
        heardAtMs: nowMs,
        endsAtMs: nowMs + Math.min(ttl, MAX_TTL_SECONDS) * 1000,
      }),
    );
    return false;
  }

  #hasRoom(sender: string): boolean {
    const own = [...this.#entries.values()].filter((entry) => entry.sender === sender).length;
    const hasRoom = this.#entries.size < MAX_HOSTS && own < MAX_HOSTS_OF_SENDER;
    this.#isFull ||= !hasRoom;
    return hasRoom;
  }

  /** Only those may say more of a host who spoke of it first, or nobody has. */
  #takeText({ name, ttl = 0, data }: Record, { sender }: PacketOrigin): void {
    if (ttl === 0) return;
    for (const entry of this.#named(name)) {
      if (entry.sender === sender || !entry.advertisement) {
        entry.advertisement = advertisementIn(data);
      }
    }
  }

  #takeAddress({ name, ttl = 0, data }: Record, origin: PacketOrigin): void {
    if (ttl === 0 || typeof data !== "string" || !isHostAddress(data)) return;
    const address = isLinkLocal(data) ? `${data}%${origin.interfaceName}` : data;
    for (const { target, addresses } of this.#entries.values()) {
      if (!isSameName(target, name)) continue;
      const at = addresses.indexOf(address);
      // That it can be reached is sure of none but the one that speaks.
      if (data === origin.sender) {
        if (at >= 0) addresses.splice(at, 1);
        addresses.unshift(address);
        addresses.splice(MAX_ADDRESSES);
      } else if (at < 0 && addresses.length < MAX_ADDRESSES) addresses.push(address);
    }
  }

  #takePointer({ ttl = 0, data }: Record, { nowMs }: PacketOrigin): boolean {
    if (typeof data !== "string" || nameIn(data) === undefined) return false;
    const entries = this.#named(data);
    if (ttl > 0) {
      if (entries.length === 0 && this.#unknown.size < MAX_QUESTIONS) this.#unknown.add(data);
      return false;
    }
    for (const entry of entries) entry.endsAtMs = Math.min(entry.endsAtMs, nowMs + DEPARTURE_MS);
    return entries.length > 0;
  }

  #withoutAddress(): Entry[] {
    return [...this.#entries.values()]
      .filter(({ addresses, asked }) => addresses.length === 0 && asked < MAX_ASKED);
  }

  #named(recordName: string): Entry[] {
    const name = nameIn(recordName);
    if (name === undefined) return [];
    return [...this.#entries.values()].filter((entry) => isSameName(entry.name, name));
  }
}

/** What begins or ends a line: dots beside it are lost where a name becomes bytes again. */
const LINE_BREAK = /[\n\r\u2028\u2029]/;

/** What was received may be no name any more once it was text. */
function canBeAsked(name: string): boolean {
  return byteLength(name) < 255 && !LINE_BREAK.test(name) &&
    name.split(".").every((label) => label !== "" && byteLength(label) <= MAX_NAME_BYTES);
}

function toHost({ name, port, addresses, advertisement }: Entry): FoundHost {
  return { ...advertisement ?? advertisementIn([]), name, port, addresses: [...addresses] };
}
