/**
 * Hosts that were found, in words. Whatever comes from the network is made fit for a terminal.
 *
 * @module
 */

import { withPort } from "../cli/address.ts";
import { inColumns } from "../text/columns.ts";
import { printable, shorten } from "../text/printable.ts";
import type { FoundHost } from "./host_list.ts";
import { isLinkLocal } from "./interfaces.ts";

/** Longer names are cut: ours have at most so many. */
const MAX_NAME_LENGTH = 63;

/** A host as `guest --find --json` prints it. */
export interface HostJson {
  readonly name: string;
  /** Where to connect to, the best first: address and port, as the guest takes them. */
  readonly addresses: readonly string[];
  readonly private: boolean;
  /** The newest version of the protocol that it says it speaks, `null` where it does not. */
  readonly version: number | null;
  /** The beginning of its identity's fingerprint, `null` where it has not said one. */
  readonly fingerprint: string | null;
}

/** A host's name, fit for a terminal. */
export function shownName({ name }: FoundHost): string {
  return shorten(printable(name), MAX_NAME_LENGTH);
}

/** Where to connect to, as the guest takes it: the best first. */
export function addressesOf({ addresses, port }: FoundHost): string[] {
  const others = addresses.filter((address) => !isLinkLocal(address));
  return [...others, ...addresses.filter(isLinkLocal)].map((address) => withPort(address, port));
}

/** A host in a sentence: `studio (192.168.1.20:65432)`. */
export function describeHost(host: FoundHost): string {
  return `${shownName(host)} (${addressesOf(host)[0]})`;
}

/** A line for each host: number, name, address, and whether it needs a key. */
export function hostTable(hosts: readonly FoundHost[]): string[] {
  return inColumns(hosts.map((host, index) => [
    `${index + 1}`,
    shownName(host),
    addressesOf(host)[0] ?? "",
    host.isPrivate ? "with a key" : "open to all",
  ]));
}

/** For other programs. */
export function toJson(host: FoundHost): HostJson {
  return {
    name: shownName(host),
    addresses: addressesOf(host),
    private: host.isPrivate,
    version: host.version ?? null,
    fingerprint: host.fingerprint ?? null,
  };
}
