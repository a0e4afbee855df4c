/**
 * Hosts on this very computer that nobody else is told of.
 *
 * @module
 */

import type { FoundHost } from "./host_list.ts";
import { networkInterfaces } from "./interfaces.ts";

/** What a host is called that listens for this computer alone. */
const NAME = "this computer";

/** How long a connection to this computer may take, in milliseconds. */
const CONNECT_LIMIT_MS = 300;

/**
 * Looks whether somebody listens on this computer's own address.
 *
 * @param port where hosts listen
 */
export async function ownHost(port: number): Promise<FoundHost | undefined> {
  const hostname = "127.0.0.1";
  try {
    const signal = AbortSignal.timeout(CONNECT_LIMIT_MS);
    using _connection = await Deno.connect({ hostname, port, signal });
  } catch (error) {
    // Nobody listens there, or whoever does takes nobody in: either is no host.
    const isNobody = error instanceof Error && !(error instanceof Deno.errors.NotCapable);
    if (isNobody) return undefined;
    throw error;
  }
  const nothing = { version: undefined, isPrivate: false, fingerprint: undefined };
  return { ...nothing, name: NAME, port, addresses: [hostname] };
}

/**
 * The hosts in the network and the one on this computer; where that one was found in the network as
 * well, it is there once.
 */
export function withOwnHost(found: readonly FoundHost[], own: FoundHost | undefined): FoundHost[] {
  if (!own) return [...found];
  const addresses = new Set(
    networkInterfaces().flatMap(({ ipv4, ipv6 }) => [...ipv4, ...ipv6].map((one) => one.address)),
  );
  const isOwn = (host: FoundHost) =>
    host.port === own.port &&
    host.addresses.some((address) => addresses.has(address.split("%")[0]!));
  return found.some(isOwn) ? [...found] : [own, ...found];
}
