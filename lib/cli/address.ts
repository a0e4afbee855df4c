/**
 * Where a guest connects to, as people write it.
 *
 * @module
 */

import { isNatsUrl, NATS_CAMERA_FORM } from "./nats_address.ts";
import { CAMERA_NAME_FORM } from "./camera_name.ts";
import type { TextForm } from "./option.ts";

/** A name or an address, with the port and the camera where they were written. */
export interface Address {
  /** A name, an IPv4 address, or an IPv6 address without brackets. */
  readonly host: string;
  /** As written, unchecked; `undefined` where there was none. */
  readonly port: string | undefined;
  /** Which of the host's cameras, as written, unchecked; `undefined` where there was none. */
  readonly camera: string | undefined;
}

/** Reaches nothing without its zone: every network interface has such addresses of its own. */
const LINK_LOCAL_WITHOUT_ZONE = /^fe[89ab][0-9a-f]:[^%]*$/i;

/** Of a name that is found in the network, the words may be apart: `studio (2)`. */
const NAME = /[^\s:/@\\[\]"']+(?: [^\s:/@\\[\]"']+)*/;
const IPV6 = /[0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f.:]*(?:%[\w.-]+)?/;

/** What `--host` accepts: a name or an address, without a port. */
export const HOST_FORM: TextForm = {
  pattern: new RegExp(`^(?:${NAME.source}|${IPV6.source})$`),
  says: "a name or an IP address, without a port",
  hint: (host) =>
    LINK_LOCAL_WITHOUT_ZONE.test(host)
      ? `name its network interface, as in ${host}%eth0`
      : undefined,
};

const HOST_AND_PORT =
  `(?:(?<host>${NAME.source})|\\[(?<host>${IPV6.source})\\])(?::(?<port>[^:/]*))?`;

const ADDRESS = new RegExp(
  `^(?:(?<host>${IPV6.source})|${HOST_AND_PORT})(?:/(?<camera>[^/]*))?$`,
);

/** A camera's own address, instead of a host's. */
const URL_WITH_HOST = /^(?:https?|rtsps?|rtmps?):\/\/\S/i;

/** Whether that is a camera's own address. */
export function isUrl(text: string): boolean {
  return URL_WITH_HOST.test(text);
}

/** Whether that is a port's number. */
export function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) > 0 && Number(text) < 65_536;
}

/** What a guest takes for one of several cameras. */
export const CAMERA_FORM: TextForm = {
  pattern: new RegExp(
    [ADDRESS, URL_WITH_HOST, NATS_CAMERA_FORM.pattern].map(({ source }) => source).join("|"),
    "i",
  ),
  says: "addresses, such as studio, workshop/desk or http://192.168.1.30/stream",
  hint: (text) => {
    if (isNatsUrl(text)) return NATS_CAMERA_FORM.hint?.(text);
    const { port = "1", camera } = ADDRESS.exec(text)?.groups ?? {};
    if (!isPort(port)) return "name a port from 1 to 65535";
    const isName = camera === undefined || CAMERA_NAME_FORM.pattern.test(camera);
    return isName ? undefined : `name a camera by ${CAMERA_NAME_FORM.says}`;
  },
};

/** What `guest --host` accepts as well. */
export const GUEST_HOST_FORM: TextForm = {
  ...HOST_FORM,
  pattern: new RegExp(`${HOST_FORM.pattern.source}|${URL_WITH_HOST.source}`, "i"),
  says: "a name or an IP address, without a port, or the URL of a camera",
};

/** Completes "must be …" for {@linkcode parseAddress} where no camera may be named. */
export const ADDRESS_RULE = "host, host:port, an IPv6 address or [IPv6 address]:port";

/** Completes "must be …" for {@linkcode parseAddress}. */
export const CAMERA_ADDRESS_RULE = `${ADDRESS_RULE}, with /camera behind it or not`;

/**
 * A host and its port as one text: `camera:5000`, `[::1]:5000`.
 *
 * @param host a name, an IPv4 address, or an IPv6 address without brackets
 */
export function withPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * Splits `host`, `host:port`, `::1`, `[::1]` and `[::1]:port`, each with or without `/camera`.
 *
 * @returns `undefined` where the text is none of these
 *
 * @example
 * ```ts
 * import { parseAddress } from "./address.ts";
 *
 * console.assert(parseAddress("[::1]:5000")?.host === "::1");
 * console.assert(parseAddress("my studio/desk")?.camera === "desk");
 * ```
 */
export function parseAddress(text: string): Address | undefined {
  const { host, port, camera } = ADDRESS.exec(text)?.groups ?? {};
  return host === undefined ? undefined : { host, port, camera };
}
