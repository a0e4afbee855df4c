/**
 * Where a camera's URL leads, its network interface included, which URLs do not know.
 *
 * @module
 */

import { escapedUrl, type SplitUrl } from "../text/passwords.ts";

/** A link-local address with its network interface. */
const ZONE = /^(\[[^\]%]+)%(?:25)?([^\]]+)/;

/** Whom to connect to. */
export interface Address {
  /** Without name and password. */
  readonly url: URL;
  /** The network interface behind a link-local address, with `%`, for connecting alone. */
  readonly zone: string;
}

/** Where a URL leads; nothing where its host or port is none. */
export function addressOf(split: SplitUrl): Address | undefined {
  const [, host, zone] = ZONE.exec(split.location) ?? [];
  const location = split.location.replace(ZONE, host ?? "");
  const url = URL.parse(escapedUrl({ ...split, userInfo: undefined, location }));
  return url ? { url, zone: zone ? `%${zone}` : "" } : undefined;
}

/** The host as it is connected to: an IPv6 address without brackets, with its interface. */
export function hostnameOf({ url, zone }: Address): string {
  return url.hostname.replace(/^\[(.*)\]$/, "$1") + zone;
}
