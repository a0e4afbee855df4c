/**
 * Where a guest connects to, as people write it.
 *
 * @module
 */

import type { TextForm } from "./option.ts";

/** A name or an address, with the port where one was written. */
export interface Address {
  /** A name, an IPv4 address, or an IPv6 address without brackets. */
  readonly host: string;
  /** As written, unchecked; `undefined` where there was none. */
  readonly port: string | undefined;
}

const NAME = /[^\s:/@\\[\]"']+/;
const IPV6 = /[0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f.:]*(?:%[\w.-]+)?/;

/** What `--host` accepts: a name or an address, without a port. */
export const HOST_FORM: TextForm = {
  pattern: new RegExp(`^(?:${NAME.source}|${IPV6.source})$`),
  says: "a name or an IP address, without a port",
};

const FORMS = [
  new RegExp(`^(?<host>${NAME.source})(?::(?<port>[^:/]*))?$`),
  new RegExp(`^(?<host>${IPV6.source})$`),
  new RegExp(`^\\[(?<host>${IPV6.source})\\](?::(?<port>[^:/]*))?$`),
];

/** Completes "must be …" for {@linkcode parseAddress}. */
export const ADDRESS_RULE = "host, host:port, an IPv6 address or [IPv6 address]:port";

/**
 * Splits `host`, `host:port`, `::1`, `[::1]` and `[::1]:port`.
 *
 * @returns `undefined` where the text is none of these
 *
 * @example
 * ```ts
 * import { parseAddress } from "./address.ts";
 *
 * console.assert(parseAddress("[::1]:5000")?.host === "::1");
 * ```
 */
export function parseAddress(text: string): Address | undefined {
  for (const form of FORMS) {
    const groups = form.exec(text)?.groups;
    if (groups?.["host"] !== undefined) return { host: groups["host"], port: groups["port"] };
  }
  return undefined;
}
