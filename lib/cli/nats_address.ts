/**
 * A NATS server, and a camera on it, as people write them.
 *
 * @example
 * ```ts
 * import { parseNatsAddress } from "./nats_address.ts";
 *
 * const address = parseNatsAddress("nats://10.0.0.7,10.0.0.8:4223/studio/front");
 * console.assert(address?.servers.join() === "10.0.0.7,10.0.0.8:4223");
 * console.assert(address?.host === "studio" && address?.camera === "front");
 * ```
 * @module
 */

import { unescaped } from "../text/unescaped.ts";
import type { TextForm } from "./option.ts";

/** What a NATS URL names. */
export interface NatsAddress {
  /** Where the servers are, with their ports where those were written; at least one. */
  readonly servers: readonly string[];
  /** Whether TLS is asked for, whatever the server says. */
  readonly tls: boolean;
  /** The host whose camera is meant; `undefined` where none is named. */
  readonly host: string | undefined;
  /** The camera; `undefined` for the host's first. */
  readonly camera: string | undefined;
}

const SERVER = /(?:\[[0-9A-Fa-f:.]+\]|[^\s:/@?#,[\]]+)(?::\d{1,5})?/;
const SERVERS = `(?<scheme>nats|tls)://(?<servers>${SERVER.source}(?:,${SERVER.source})*)`;
const WITHOUT_NAMES = new RegExp(`^${SERVERS}/?$`, "i");
const WITH_NAMES = new RegExp(`^${SERVERS}/(?<host>[^/?#]+)(?:/(?<camera>[^/?#]+))?/?$`, "i");

/** Completes "must …" of a URL with a password, or whose name could only be one. */
const NO_SECRETS =
  "hold no user and no password, which others can read there; give --nats-user, and the password " +
  "in CAPTUREVIDEO_NATS_PASSWORD";

/** What `--nats` accepts. */
export const NATS_SERVERS_FORM: TextForm = {
  pattern: WITHOUT_NAMES,
  says: "a URL such as nats://10.0.0.7:4222, or tls://… where TLS is asked for; several servers " +
    "of a cluster are separated by commas",
  hint: hintFor,
};

/** What names a camera: a guest's address, and `--source`. */
export const NATS_CAMERA_FORM: TextForm = {
  pattern: WITH_NAMES,
  says: "a URL such as nats://10.0.0.7:4222/studio/front: server, host and camera",
  hint: hintFor,
};

/** Whether a text is meant to be a NATS URL. */
export function isNatsUrl(text: string): boolean {
  return /^(?:nats|tls):\/\//i.test(text);
}

/** What is wrong with a NATS URL, to complete "must …", where it is known. */
function hintFor(text: string): string | undefined {
  return isNatsUrl(text) && text.includes("@") ? NO_SECRETS : undefined;
}

/**
 * Splits a NATS URL.
 *
 * @returns `undefined` where it is none
 */
export function parseNatsAddress(text: string): NatsAddress | undefined {
  const groups = (WITHOUT_NAMES.exec(text) ?? WITH_NAMES.exec(text))?.groups;
  if (!groups || hintFor(text) !== undefined) return undefined;
  const { scheme = "", servers = "", host, camera } = groups;
  return {
    servers: servers.split(","),
    tls: scheme.toLowerCase() === "tls",
    host: host === undefined ? undefined : unescaped(host),
    camera: camera === undefined ? undefined : unescaped(camera),
  };
}
