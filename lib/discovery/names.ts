/**
 * What hosts are called in their network.
 *
 * @example
 * ```ts
 * import { fullName, nameIn, nextName } from "./names.ts";
 *
 * console.assert(nextName("studio") === "studio (2)" && nextName("studio (2)") === "studio (3)");
 * console.assert(nameIn(fullName("studio")) === "studio");
 * ```
 * @module
 */

import { byteLength, HOST_NAME_FORM, MAX_NAME_BYTES } from "../cli/host_name.ts";

/** What all hosts' services are called. */
export const SERVICE = "_capturevideo._tcp.local";

/** Where it is asked which services there are. */
export const ALL_SERVICES = "_services._dns-sd._udp.local";

/** Where the machine's own name is none that could be used. */
const NAMELESS = "camera";

/** A host's name as its records carry it. */
export function fullName(name: string): string {
  return `${name}.${SERVICE}`;
}

/** The host's name in the name of a record; `undefined` where that is not of a host. */
export function nameIn(recordName: string): string | undefined {
  const name = recordName.slice(0, -SERVICE.length - 1);
  return name !== "" && isSameName(recordName, fullName(name)) ? name : undefined;
}

/** Whether two names are one: the network does not tell large letters from small ones. */
export function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** What a host is called by default: its machine's name without the domain behind it. */
export function nameOfMachine(hostname: string): string {
  const [label = ""] = hostname.split(".");
  const fits = HOST_NAME_FORM.pattern.test(label) && byteLength(label) <= MAX_NAME_BYTES;
  return fits ? label : NAMELESS;
}

/** The name to try when another host has this one. */
export function nextName(name: string): string {
  const { base = name, number = "1" } = /^(?<base>.+) \((?<number>\d{1,9})\)$/s.exec(name)
    ?.groups ?? {};
  const suffix = ` (${Number(number) + 1})`;
  let characters = [...base];
  while (byteLength(characters.join("") + suffix) > MAX_NAME_BYTES) {
    characters = characters.slice(0, -1);
  }
  return characters.join("") + suffix;
}
