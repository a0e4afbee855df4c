/**
 * What a host says of itself to everybody in its network: nothing about its camera, and no key.
 *
 * @example
 * ```ts
 * import { advertisementIn, toTxt } from "./advertisement.ts";
 *
 * const txt = toTxt({ version: 1, isPrivate: true, fingerprint: "9f86d081884c7d65" });
 * console.assert(advertisementIn(txt.map((text) => new TextEncoder().encode(text))).isPrivate);
 * ```
 * @module
 */

/** What is said. */
export interface Advertisement {
  /** The newest version of the protocol that the host speaks; `undefined` where it is not said. */
  readonly version: number | undefined;
  /** Whether a guest needs the key. */
  readonly isPrivate: boolean;
  /** The beginning of its identity's fingerprint, by which a host is known that has another name. */
  readonly fingerprint: string | undefined;
}

/** How much of a fingerprint is said: enough to tell hosts apart; to be sure is for the proof. */
const FINGERPRINT_LENGTH = 16;

/** More entries than these are not looked at. */
const MAX_ENTRIES = 32;

const FINGERPRINT = /^[0-9a-f]{8,64}$/;

/** The part of a fingerprint that is said. */
export function shortFingerprint(fingerprint: string): string {
  return fingerprint.slice(0, FINGERPRINT_LENGTH);
}

/** As texts for a TXT record. */
export function toTxt({ version, isPrivate, fingerprint }: Advertisement): string[] {
  return [
    ...version === undefined ? [] : [`v=${version}`],
    `private=${isPrivate ? 1 : 0}`,
    ...fingerprint === undefined ? [] : [`id=${fingerprint}`],
  ];
}

/** Reads the data of a TXT record, which may be anything. What is not understood is left out. */
export function advertisementIn(data: unknown): Advertisement {
  const entries = Array.isArray(data) ? data.slice(0, MAX_ENTRIES) : [];
  const values = new Map<string, string>();
  for (const entry of entries) {
    if (!(entry instanceof Uint8Array)) continue;
    const [, key = "", value = ""] = /^([^=]+)=(.*)$/s.exec(new TextDecoder().decode(entry)) ?? [];
    // Of a key that stands there twice the first counts (RFC 6763, 6.4).
    if (!values.has(key.toLowerCase())) values.set(key.toLowerCase(), value);
  }
  const version = values.get("v") ?? "";
  const fingerprint = values.get("id") ?? "";
  return {
    version: /^[1-9]\d{0,2}$/.test(version) ? Number(version) : undefined,
    isPrivate: values.get("private") === "1",
    fingerprint: FINGERPRINT.test(fingerprint) ? fingerprint : undefined,
  };
}
