/**
 * The records by which a host is found.
 *
 * @module
 */

import { hexOf } from "../text/hex.ts";
import { type Advertisement, toTxt } from "./advertisement.ts";
import type { Packet, Question, Record, Service } from "./multicast_dns.d.ts";
import { ALL_SERVICES, fullName, isSameName, SERVICE } from "./names.ts";

/** How long others may believe what depends on addresses, and what does not, in seconds (RFC 6762, 10). */
const TTL_SECONDS = { addresses: 120, others: 4500 };

/** Set in a response: it comes from who is in charge of the name. */
const AUTHORITATIVE = 1 << 10;

const encoder = new TextEncoder();

/** A host under one name. */
export interface NamedHost {
  readonly name: string;
  readonly port: number;
  /** What its addresses are of: a name that no other computer has. */
  readonly target: string;
  readonly advertisement: Advertisement;
}

/** A host's records in one network. */
export class HostRecords {
  readonly #host: NamedHost;
  readonly #fullName: string;

  constructor(host: NamedHost) {
    this.#host = host;
    this.#fullName = fullName(host.name);
  }

  /** What is asked to find out whether the name is free, with what is meant to be its own. */
  get probe(): { type: "query"; questions: Question[]; authorities: Record[] } {
    const authorities = [this.#service, this.#text];
    return { type: "query", questions: [{ name: this.#fullName, type: "ANY" }], authorities };
  }

  /**
   * Everything there is to say.
   *
   * @param addresses the host's in the network that it is said in
   */
  announcement(addresses: readonly string[]): {
    type: "response";
    flags: number;
    answers: Record[];
  } {
    const { addresses: ttl, others } = TTL_SECONDS;
    const answers: Record[] = [
      { name: SERVICE, type: "PTR", ttl: others, data: this.#fullName },
      this.#service,
      this.#text,
      ...addresses.map((data) => ({
        name: this.#host.target,
        type: data.includes(":") ? "AAAA" : "A",
        ttl,
        flush: true,
        data,
      })),
      { name: ALL_SERVICES, type: "PTR", ttl: others, data: SERVICE },
    ];
    return { type: "response", flags: AUTHORITATIVE, answers };
  }

  /** The same, taken back; that there are such services stays, for other hosts have them too. */
  goodbye(addresses: readonly string[]): ReturnType<HostRecords["announcement"]> {
    const { answers, ...rest } = this.announcement(addresses);
    const own = answers.filter(({ name }) => name !== ALL_SERVICES);
    return { ...rest, answers: own.map((record) => ({ ...record, ttl: 0 })) };
  }

  /** Whether a query asks for any of it that the asker does not know yet. */
  isAsked({ questions, answers }: Packet): boolean {
    const isKnown = this.#isKnown(answers);
    return questions.some(({ name, type }) => {
      const asks = (of: string, ...types: string[]) =>
        isSameName(name, of) && [...types, "ANY"].includes(type);
      return asks(SERVICE, "PTR") && !isKnown || asks(ALL_SERVICES, "PTR") ||
        asks(this.#fullName, "SRV", "TXT") || asks(this.#host.target, "A", "AAAA");
    });
  }

  /** Of these records, those of this name that another has. */
  foreign(records: readonly Record[]): Record[] {
    const own = [this.#service, this.#text].flatMap(sortKey);
    return records.filter((record) =>
      record.ttl !== 0 && isSameName(record.name, this.#fullName) &&
      sortKey(record).some((key) => !own.includes(key))
    );
  }

  /** Whether records are what somebody else would have under this name. */
  isWantedBy(records: readonly Record[]): boolean {
    return this.foreign(records).length > 0;
  }

  /**
   * Who is to have the name of two that want it at once: whose data are the larger (RFC 6762, 8.2).
   *
   * @param records what the other has of this name
   */
  yieldsTo(records: readonly Record[]): boolean {
    const theirs = records.filter(({ name }) => isSameName(name, this.#fullName)).flatMap(sortKey);
    const own = [this.#service, this.#text].flatMap(sortKey);
    return theirs.length > 0 && own.sort().join() < theirs.sort().join();
  }

  /** Whether the asker knows of this host, for at least half of the time still. */
  #isKnown(answers: readonly Record[]): boolean {
    return answers.some(({ name, type, data, ttl = 0 }) =>
      type === "PTR" && isSameName(name, SERVICE) && typeof data === "string" &&
      isSameName(data, this.#fullName) && ttl >= TTL_SECONDS.others / 2
    );
  }

  get #service(): Record {
    const { port, target } = this.#host;
    const data = { priority: 0, weight: 0, port, target };
    return { name: this.#fullName, type: "SRV", ttl: TTL_SECONDS.addresses, flush: true, data };
  }

  get #text(): Record {
    const data = toTxt(this.#host.advertisement);
    return { name: this.#fullName, type: "TXT", ttl: TTL_SECONDS.others, flush: true, data };
  }
}

/** A record's type and data, as hexadecimal digits that sort as the bytes do; none of other types. */
function sortKey({ type, data }: Record): string[] {
  if (type === "TXT") return [hexOf([0, 16, ...textBytes(data)])];
  return type === "SRV" ? [hexOf([0, 33, ...serviceBytes(data as Service)])] : [];
}

function textBytes(data: unknown): number[] {
  const entries: unknown[] = Array.isArray(data) ? data : [data];
  return entries.flatMap((entry) => {
    const bytes = typeof entry === "string" ? encoder.encode(entry) : entry;
    return bytes instanceof Uint8Array ? [bytes.length, ...bytes] : [];
  });
}

function serviceBytes({ priority, weight, port, target }: Service): number[] {
  const numbers = [priority, weight, port].flatMap((number) => [number >> 8, number & 255]);
  const labels = target.split(".").flatMap((label) => {
    const bytes = encoder.encode(label);
    return [bytes.length, ...bytes];
  });
  return [...numbers, ...labels, 0];
}
