import assert from "node:assert/strict";
import type { ByteConnection } from "../../lib/flow/byte_connection.ts";
import { newNonce, proofOf } from "../../lib/privacy/proof.ts";
import { proveAsGuest, proveAsHost } from "../../lib/privacy/proof_exchange.ts";
import { encodeHeader, encodeMessage, MessageType } from "../protocol/all.ts";
import { connectionPair, TestGuest, TestHost } from "../support/peers.ts";

const [KEY, OTHER_KEY] = ["7K2MQ9XD4RTVH3WB", "0123456789ABCDEF"] as const;
const certificateHash = newNonce();
const GUEST = { key: KEY, certificateHash };

/** Both ends of a connection, closed at the end. */
async function pair(): Promise<[Deno.TcpConn, Deno.TcpConn] & Disposable> {
  const connections = await connectionPair();
  return Object.assign(connections, {
    [Symbol.dispose]: () => connections.forEach((connection) => connection.close()),
  });
}

/** A connection that hands out a byte at a time. */
function slow(connection: ByteConnection): ByteConnection {
  return {
    read: (into) => connection.read(into.subarray(0, 1)),
    write: (bytes) => connection.write(bytes.subarray(0, 1)),
    closeWrite: () => connection.closeWrite(),
    close: () => connection.close(),
  };
}

Deno.test("proveAsGuest() and proveAsHost() agree where both have the key", async () => {
  using connections = await pair();
  const [host, guest] = connections;
  const [isProved] = await Promise.all([proveAsHost(host, GUEST), proveAsGuest(guest, GUEST)]);
  assert.equal(isProved, true);
});

Deno.test("proveAsGuest() and proveAsHost() take their messages in any pieces", async () => {
  using connections = await pair();
  const [host, guest] = connections.map(slow) as [ByteConnection, ByteConnection];
  const [isProved] = await Promise.all([proveAsHost(host, GUEST), proveAsGuest(guest, GUEST)]);
  assert.equal(isProved, true);
});

Deno.test("proveAsHost() leaves what comes behind the proof to be read", async () => {
  using connections = await pair();
  const [host, guest] = connections;
  const proving = proveAsHost(host, GUEST);
  await proveAsGuest(guest, GUEST);
  await guest.write(Uint8Array.of(7, 8, 9));
  assert.equal(await proving, true);
  const rest = new Uint8Array(10);
  assert.deepEqual([await host.read(rest), ...rest.subarray(0, 3)], [3, 7, 8, 9]);
});

for (
  const [what, options] of [
    ["another key", { key: OTHER_KEY, certificateHash }],
    ["another certificate", { key: KEY, certificateHash: newNonce() }],
  ] as const
) {
  Deno.test(`proveAsGuest() leaves a host with ${what}, and has proved nothing`, async () => {
    using connections = await pair();
    const [host, guest] = connections;
    const proving = assert.rejects(proveAsHost(host, options), {
      code: "refused",
      message: "Cannot go on: the other side says this guest has another key",
    });
    await assert.rejects(proveAsGuest(guest, GUEST), { code: "wrong-key" });
    await proving;
    // Behind the BYE comes nothing.
    assert.equal(await host.read(new Uint8Array(1)), null);
  });
}

Deno.test("proveAsHost() does not believe a proof that is wrong, old, or its own", async () => {
  const old = {
    certificateHash,
    guestNonce: newNonce(),
    hostNonce: newNonce(),
  };
  for (
    const forge of [
      () => newNonce(),
      // That of another connection, recorded there.
      () => proofOf("guest", KEY, old),
      // What the host itself has just said, sent back.
      (hostProof: Uint8Array) => hostProof,
    ]
  ) {
    using connections = await pair();
    const [ours, theirs] = connections;
    const proving = proveAsHost(ours, GUEST);
    const guest = new TestGuest(theirs);
    await guest.send({ type: "nonce", nonce: old.guestNonce });
    await guest.next("nonce");
    const { proof } = await guest.next("proof");
    await guest.send({ type: "proof", proof: forge(proof) });
    assert.equal(await proving, false);
  }
});

Deno.test("proveAsGuest() does not believe a host that sends back what it is sent", async () => {
  using connections = await pair();
  const [ours, theirs] = connections;
  const proving = assert.rejects(proveAsGuest(theirs, GUEST), { code: "wrong-key" });
  const host = new TestHost(ours);
  const { nonce } = await host.next("nonce");
  await host.send({ type: "nonce", nonce }, {
    type: "proof",
    proof: proofOf("guest", KEY, { certificateHash, guestNonce: nonce, hostNonce: nonce }),
  });
  await proving;
});

Deno.test("the exchange passes over messages of unknown type, and ends with what may not come", async () => {
  const unknown = new Uint8Array([...encodeHeader({ type: 200, payloadBytes: 3 }), 1, 2, 3]);
  const hello = encodeMessage({ type: "hello", versions: [1], program: "early" });
  for (
    const [bytes, message] of [
      [hello, "Cannot read message: HELLO came where NONCE should"],
      [encodeMessage({ type: "proof", proof: newNonce() }), /PROOF came where NONCE should$/],
      [encodeHeader({ type: MessageType.FRAME, payloadBytes: 16_000_000 }), /FRAME came where/],
      [new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"), /it does not speak this protocol$/],
      [encodeMessage({ type: "bye", reason: "no time" }), /the other side says no time$/],
      [new Uint8Array(0), "Cannot go on: the other side closed the connection"],
    ] as const
  ) {
    using connections = await pair();
    const [ours, theirs] = connections;
    const proving = assert.rejects(proveAsHost(ours, GUEST), { message });
    await new TestGuest(theirs).send(unknown, bytes);
    await theirs.closeWrite();
    await proving;
  }
});
