import assert from "node:assert/strict";
import { type Admitted, HostPrivacy } from "../../lib/privacy/host_privacy.ts";
import { loadIdentity, renewKey } from "../../lib/privacy/identity.ts";
import { beginTls, type SecureConnection } from "../../lib/privacy/guest_tls.ts";
import { proveAsGuest } from "../../lib/privacy/proof_exchange.ts";
import { newNonce } from "../../lib/privacy/proof.ts";
import { encodeMessage, MessageDecoder } from "../protocol/all.ts";
import type { ByteConnection } from "../../lib/flow/byte_connection.ts";
import { temporaryFolder } from "../support/folder.ts";
import { connectionPair, TestGuest } from "../support/peers.ts";
import { readUpTo, TlsStage } from "./tls_stage.ts";

const OTHER_KEY = "0123456789ABCDEF";

/** A private host, and those who come to it. */
class Stage extends AsyncDisposableStack {
  nowMicros = 0;
  readonly tls: TlsStage;
  readonly privacy: HostPrivacy;

  private constructor(tls: TlsStage) {
    super();
    this.tls = this.use(tls);
    this.privacy = new HostPrivacy({
      identity: tls.identity,
      folder: tls.folder.path,
      now: () => this.nowMicros,
    });
  }

  static async set(): Promise<Stage> {
    return new Stage(await TlsStage.set());
  }

  /** Somebody comes and has begun TLS, and what becomes of it. */
  async comes(address = "a"): Promise<{ guest: SecureConnection; admitted: Promise<Admitted> }> {
    const [incoming, theirs] = await this.tls.tcp();
    const admitted = this.privacy.admit(incoming, address);
    const guest = await beginTls(theirs);
    this.tls.keep(guest.connection);
    return { guest, admitted };
  }

  /** Somebody proves wrongly, and is told so. */
  async provesWrongly(address: string): Promise<{ admitted: Admitted; said: unknown }> {
    const { guest, admitted } = await this.comes(address);
    await guest.connection.write(encodeMessage({ type: "nonce", nonce: newNonce() }));
    await guest.connection.write(encodeMessage({ type: "proof", proof: newNonce() }));
    const said = await messagesOf(guest.connection);
    guest.connection.close();
    return { admitted: await admitted, said: said.at(-1) };
  }
}

/** What a host says to its end. */
async function messagesOf(connection: ByteConnection): Promise<unknown[]> {
  const bytes = await readUpTo(connection, 10_000);
  return [...new MessageDecoder({ from: "host" }).push(bytes)];
}

Deno.test("HostPrivacy.admit() lets in who proves the key", async () => {
  await using stage = await Stage.set();
  const { key } = stage.privacy;
  const { guest, admitted } = await stage.comes();
  await proveAsGuest(guest.connection, { key, certificateHash: guest.certificateHash });
  const result = await admitted;
  assert.ok("connection" in result && result.key === key);
  await guest.connection.write(Uint8Array.of(1, 2, 3));
  assert.equal((await readUpTo(result.connection, 3)).length, 3);
});

Deno.test("HostPrivacy.admit() tells who has another key nothing", async () => {
  await using stage = await Stage.set();
  const { guest, admitted } = await stage.comes();
  const { certificateHash } = guest;
  await assert.rejects(proveAsGuest(guest.connection, { key: OTHER_KEY, certificateHash }), {
    code: "wrong-key",
  });
  guest.connection.close();
  assert.deepEqual(await admitted, {
    refused: "Cannot go on: the other side says this guest has another key",
  });
});

Deno.test("HostPrivacy.admit() says that a proof is wrong, and that it is final", async () => {
  await using stage = await Stage.set();
  const { admitted, said } = await stage.provesWrongly("a");
  assert.deepEqual(admitted, { refused: "its proof does not fit the key" });
  assert.deepEqual(said, { type: "bye", reason: "that proof does not fit the key", retry: false });
});

Deno.test("HostPrivacy.admit() does not believe a proof of another connection, said once more", async () => {
  await using stage = await Stage.set();
  const { key } = stage.privacy;
  const first = await stage.comes();
  const sent: Uint8Array[] = [];
  const { connection } = first.guest;
  await proveAsGuest({
    read: (into) => connection.read(into),
    write: (bytes) => {
      sent.push(bytes.slice());
      return connection.write(bytes);
    },
    closeWrite: () => connection.closeWrite(),
    close: () => connection.close(),
  }, { key, certificateHash: first.guest.certificateHash });
  assert.ok("connection" in await first.admitted);
  const second = await stage.comes();
  for (const bytes of sent) await second.guest.connection.write(bytes);
  const said = await messagesOf(second.guest.connection);
  assert.match(JSON.stringify(said.at(-1)), /that proof does not fit the key/);
  second.guest.connection.close();
  assert.deepEqual(await second.admitted, { refused: "its proof does not fit the key" });
});

Deno.test("HostPrivacy.admit() has an address wait behind five wrong proofs, and no other", async () => {
  await using stage = await Stage.set();
  for (let count = 0; count < 5; count++) {
    const { said } = await stage.provesWrongly("a");
    assert.match(JSON.stringify(said), /does not fit/);
  }
  const { admitted, said } = await stage.provesWrongly("a");
  assert.deepEqual(admitted, { refused: "too many wrong proofs came from its address" });
  assert.deepEqual(said, {
    type: "bye",
    reason: "too many wrong proofs came from your address; wait a minute",
  });
  const { key } = stage.privacy;
  for (const address of ["b", "a"]) {
    const { guest, admitted } = await stage.comes(address);
    await proveAsGuest(guest.connection, { key, certificateHash: guest.certificateHash });
    assert.ok("connection" in await admitted);
    stage.nowMicros += 61_000_000;
  }
});

Deno.test("HostPrivacy.admit() tells a guest without TLS that the host is private", async () => {
  await using stage = await Stage.set();
  const [ours, theirs] = await stage.tls.tcp();
  const admitted = stage.privacy.admit(ours, "a");
  const guest = new TestGuest(theirs);
  await guest.send({ type: "hello", versions: [1], program: "plain" });
  assert.deepEqual(await guest.next("bye"), {
    type: "bye",
    reason: "this host is private: it speaks TLS only, and only with who has its key",
    retry: false,
    private: true,
  });
  guest[Symbol.dispose]();
  assert.deepEqual(await admitted, { refused: "it did not speak TLS, and this host is private" });
});

Deno.test("HostPrivacy.admit() has no word for what speaks neither", async () => {
  await using stage = await Stage.set();
  const [ours, theirs] = await stage.tls.tcp();
  const admitted = stage.privacy.admit(ours, "a");
  await theirs.write(new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"));
  assert.deepEqual(await admitted, { refused: "it speaks neither TLS nor the protocol" });
  const [again, gone] = await stage.tls.tcp();
  gone.close();
  assert.deepEqual(await stage.privacy.admit(again, "a"), { refused: "left" });
});

Deno.test("HostPrivacy.refresh() takes a key that was made anew", async () => {
  await using stage = await Stage.set();
  const { key } = stage.privacy;
  await stage.privacy.refresh();
  assert.equal(stage.privacy.key, key);
  const renewed = await renewKey(stage.tls.folder.path);
  await stage.privacy.refresh();
  assert.equal(stage.privacy.key, renewed.key);
  assert.notEqual(renewed.key, key);
  const { guest, admitted } = await stage.comes();
  await assert.rejects(
    proveAsGuest(guest.connection, { key, certificateHash: guest.certificateHash }),
    { code: "wrong-key" },
  );
  guest.connection.close();
  assert.match(JSON.stringify(await admitted), /another key/);
  // A file that was taken away is no new key.
  await Deno.remove(`${stage.tls.folder.path}/host.json`);
  await stage.privacy.refresh();
  assert.equal(stage.privacy.key, renewed.key);
});

Deno.test("HostPrivacy.admit() takes connections of its own listener alone", async () => {
  await using stage = await Stage.set();
  const [ours, theirs] = await connectionPair();
  await assert.rejects(stage.privacy.admit(ours, "a"), TypeError);
  ours.close();
  theirs.close();
});

Deno.test("HostPrivacy.refresh() says once that the file cannot be looked at, and again later", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/capturevideo`;
  const identity = await loadIdentity(path);
  const privacy = new HostPrivacy({ identity, folder: path, now: () => 0 });
  for (let round = 0; round < 2; round++) {
    await Deno.rename(path, `${path}.kept`);
    await Deno.writeTextFile(path, "");
    await assert.rejects(privacy.refresh(), Deno.errors.NotADirectory);
    await privacy.refresh();
    assert.equal(privacy.key, identity.key);
    await Deno.remove(path);
    await Deno.rename(`${path}.kept`, path);
    await privacy.refresh();
  }
});
