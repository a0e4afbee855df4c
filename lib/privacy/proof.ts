/**
 * Proving the possession of a key without telling it, on one connection to one certificate.
 *
 * Whoever sits between the two ends has a certificate of his own, so neither end's proof fits the
 * other's any more; and each connection has nonces of its own, so none fits a second time.
 *
 * @example
 * ```ts
 * import { isProof, newNonce, proofOf } from "./proof.ts";
 *
 * const exchange = { certificateHash: newNonce(), guestNonce: newNonce(), hostNonce: newNonce() };
 * const proof = proofOf("host", "7K2MQ9XD4RTVH3WB", exchange);
 * console.assert(isProof(proof, "host", "7K2MQ9XD4RTVH3WB", exchange));
 * console.assert(!isProof(proof, "guest", "7K2MQ9XD4RTVH3WB", exchange));
 * ```
 * @module
 */

import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { PROOF_BYTES } from "../protocol/header.ts";

/** Who proves it. */
export type ProofRole = "host" | "guest";

/** What a proof is bound to; each has 32 bytes. */
export interface ProofExchange {
  /** SHA-256 of the host's certificate in DER, as its TLS presents it. */
  readonly certificateHash: Uint8Array;
  readonly guestNonce: Uint8Array;
  readonly hostNonce: Uint8Array;
}

/** A nonce: 32 random bytes. */
export function newNonce(): Uint8Array {
  return randomBytes(PROOF_BYTES);
}

/** SHA-256. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(createHash("sha256").update(bytes).digest());
}

/**
 * HMAC-SHA-256 with the key's 16 characters over the role in ASCII, the certificate's hash, the
 * guest's nonce and the host's.
 */
export function proofOf(
  role: ProofRole,
  key: string,
  { certificateHash, guestNonce, hostNonce }: ProofExchange,
): Uint8Array {
  const hmac = createHmac("sha256", key).update(role);
  return hmac.update(certificateHash).update(guestNonce).update(hostNonce).digest();
}

/** Whether a proof fits, found out in the same time wherever it differs. */
export function isProof(
  proof: Uint8Array,
  role: ProofRole,
  key: string,
  exchange: ProofExchange,
): boolean {
  const right = proofOf(role, key, exchange);
  return proof.length === right.length && timingSafeEqual(proof, right);
}

/** Whether two texts are the same, found out in the same time wherever they differ. */
export function isSame(one: string, other: string): boolean {
  const [oneHash, otherHash] = [one, other].map((text) => sha256(new TextEncoder().encode(text)));
  return timingSafeEqual(oneHash!, otherHash!);
}
