import assert from "node:assert/strict";
import { isProof, newNonce, proofOf, sha256 } from "../../lib/privacy/proof.ts";

const KEY = "7K2MQ9XD4RTVH3WB";
const EXCHANGE = {
  certificateHash: new Uint8Array(32).fill(1),
  guestNonce: new Uint8Array(32).fill(2),
  hostNonce: new Uint8Array(32).fill(3),
};

Deno.test("proofOf() is the HMAC that the protocol describes", async () => {
  for (const role of ["host", "guest"] as const) {
    const key = await crypto.subtle.importKey(
      "raw",
      new TextEncoder().encode(KEY),
      { name: "HMAC", hash: "SHA-256" },
      false,
      ["sign"],
    );
    const { certificateHash, guestNonce, hostNonce } = EXCHANGE;
    const text = [
      ...new TextEncoder().encode(role),
      ...certificateHash,
      ...guestNonce,
      ...hostNonce,
    ];
    const expected = await crypto.subtle.sign("HMAC", key, Uint8Array.from(text));
    assert.deepEqual(new Uint8Array(proofOf(role, KEY, EXCHANGE)), new Uint8Array(expected));
  }
});

Deno.test("isProof() accepts the right proof alone", () => {
  const proof = proofOf("guest", KEY, EXCHANGE);
  assert.ok(isProof(proof, "guest", KEY, EXCHANGE));
  assert.ok(!isProof(proof, "host", KEY, EXCHANGE), "the other side's role");
  assert.ok(!isProof(proof, "guest", "7K2MQ9XD4RTVH3WC", EXCHANGE), "another key");
  for (const field of ["certificateHash", "guestNonce", "hostNonce"] as const) {
    const other = { ...EXCHANGE, [field]: new Uint8Array(32).fill(9) };
    assert.ok(!isProof(proof, "guest", KEY, other), `another ${field}`);
  }
  assert.ok(!isProof(proof.subarray(0, 31), "guest", KEY, EXCHANGE), "a part of it");
  assert.ok(!isProof(new Uint8Array(0), "guest", KEY, EXCHANGE), "nothing");
  for (let at = 0; at < proof.length; at++) {
    const bent = Uint8Array.from(proof);
    bent[at]! ^= 1;
    assert.ok(!isProof(bent, "guest", KEY, EXCHANGE), `byte ${at}`);
  }
});

Deno.test("newNonce() is another one each time", () => {
  assert.equal(newNonce().length, 32);
  assert.notDeepEqual(newNonce(), newNonce());
});

Deno.test("sha256() is SHA-256", async () => {
  const bytes = new TextEncoder().encode("certificate");
  assert.deepEqual(
    new Uint8Array(sha256(bytes)),
    new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)),
  );
});
