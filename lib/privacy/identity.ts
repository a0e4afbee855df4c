/**
 * What a private host is known by: a certificate, and the key that its guests are given.
 *
 * Made once, and kept in the user's configuration folder. The certificate is renewed before it
 * expires, with its own private key, so guests know the host again; the key stays as it is.
 *
 * @module
 */

import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { hexOf } from "../text/hex.ts";
import { newKey, parseKey, shownKey } from "./key.ts";
import { readPrivateFile, unusable, writePrivateFile } from "./private_file.ts";
import { sha256 } from "./proof.ts";

const FILE_NAME = "host.json";
const WHAT = "the host's identity";
/** In the certificate; who the host is, its key says. */
const COMMON_NAME = "capturevideo";

const DAY_MS = 86_400_000;
/** How long a certificate is valid. */
const VALID_MS = 730 * DAY_MS;
/** It counts from the day before, for clocks that differ. */
const BEFORE_MS = DAY_MS;
/** It is renewed when it has less than this left. */
const RENEW_BEFORE_MS = 30 * DAY_MS;

/** A host's identity. */
export interface HostIdentity {
  /** The key, 16 characters. */
  readonly key: string;
  /** The certificate, in PEM. */
  readonly certificate: string;
  /** Its private key, in PEM. */
  readonly privateKey: string;
  /** SHA-256 of the certificate in DER. */
  readonly certificateHash: Uint8Array;
  /** What guests know the host by: SHA-256 of the certificate's public key, in hex. */
  readonly fingerprint: string;
}

/** What the file holds. */
type StoredIdentity = Omit<HostIdentity, "certificateHash" | "fingerprint">;

/** Where the identity is kept in a configuration folder. */
export function identityPath(folder: string): string {
  return `${folder}/${FILE_NAME}`;
}

/**
 * This host's identity: made where there is none yet, renewed where its certificate nears its end.
 *
 * @param nowMs what time it is, in milliseconds since 1970
 * @throws {CaptureVideoError} `identity`, when the file is damaged, can be read by others, or cannot
 * be written; a new one is never made in its place
 */
export async function loadIdentity(folder: string, nowMs = Date.now()): Promise<HostIdentity> {
  const path = identityPath(folder);
  for (;;) {
    const stored = readIdentity(path);
    if (!stored) {
      // Another host may be quicker: then it is that one's.
      const made = { key: newKey(), ...await makeCertificate(nowMs) };
      const isStored = store(path, made, { replace: false });
      if (!isStored && readIdentity(path) === undefined) {
        throw unusable(path, WHAT, "it is a link to a file that is not there");
      }
      continue;
    }
    const certificate = new X509Certificate(stored.certificate);
    if (Date.parse(certificate.validTo) - nowMs > RENEW_BEFORE_MS) {
      return {
        ...stored,
        certificateHash: sha256(certificate.raw),
        fingerprint: fingerprintOf(certificate),
      };
    }
    const renewed = await makeCertificate(nowMs, stored.privateKey);
    store(path, { ...stored, ...renewed }, { replace: true });
  }
}

/** Gives the host a new key, and keeps the rest of its identity. */
export async function renewKey(folder: string, nowMs = Date.now()): Promise<HostIdentity> {
  const identity = { ...await loadIdentity(folder, nowMs), key: newKey() };
  store(identityPath(folder), identity, { replace: true });
  return identity;
}

/** What a host is known by, whatever certificate it has for its key: in hex. */
export function fingerprintOf({ publicKey }: X509Certificate): string {
  return hexOf(sha256(publicKey.export({ type: "spki", format: "der" })));
}

function readIdentity(path: string): StoredIdentity | undefined {
  const text = readPrivateFile(path, WHAT);
  if (text === undefined) return undefined;
  try {
    const { key, certificate, privateKey } = JSON.parse(text) as Record<string, unknown>;
    if (typeof key !== "string" || parseKey(key) === undefined) throw new Error("its key");
    const parsed = new X509Certificate(String(certificate));
    if (!parsed.checkPrivateKey(createPrivateKey(String(privateKey)))) throw new Error("its parts");
    return {
      key: parseKey(key)!,
      certificate: String(certificate),
      privateKey: String(privateKey),
    };
  } catch {
    throw unusable(
      path,
      WHAT,
      "it is damaged; put a copy of it back, or move it away: then a new one is made, and every " +
        "guest needs its new key",
    );
  }
}

/** Whether it was stored: where one is there, it is only if that is to be replaced. */
function store(path: string, identity: StoredIdentity, options: { replace: boolean }): boolean {
  const { key, certificate, privateKey } = identity;
  const text = JSON.stringify({ key: shownKey(key), certificate, privateKey }, undefined, 2) + "\n";
  return writePrivateFile(path, text, WHAT, options);
}

async function makeCertificate(
  nowMs: number,
  privateKey?: string,
): Promise<{ certificate: string; privateKey: string }> {
  // Needed once in two years, and too large to be read each time.
  const { generate } = await import("selfsigned");
  const made = await generate([{ name: "commonName", value: COMMON_NAME }], {
    keyType: "ec",
    curve: "P-256",
    algorithm: "sha256",
    notBeforeDate: new Date(nowMs - BEFORE_MS),
    notAfterDate: new Date(nowMs + VALID_MS),
    ...(privateKey === undefined
      ? {}
      : { keyPair: { privateKey, publicKey: publicOf(privateKey) } }),
  });
  return { certificate: made.cert, privateKey: privateKey ?? made.private };
}

function publicOf(privateKey: string): string {
  return createPublicKey(privateKey).export({ type: "spki", format: "pem" }) as string;
}
