import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { identityPath, loadIdentity, renewKey } from "../../lib/privacy/identity.ts";
import { parseKey, shownKey } from "../../lib/privacy/key.ts";
import { sha256 } from "../../lib/privacy/proof.ts";
import { makeDeadLink, temporaryFolder } from "../support/folder.ts";

const DAY_MS = 86_400_000;

Deno.test("loadIdentity() makes an identity once, for nobody else to read", async () => {
  await using folder = await temporaryFolder();
  const own = `${folder.path}/not there yet/capturevideo`;
  const made = await loadIdentity(own);
  assert.deepEqual(await loadIdentity(own), made);
  assert.equal(parseKey(made.key), made.key);
  assert.equal((await Deno.stat(identityPath(own))).mode! & 0o777, 0o600);
  assert.equal((await Deno.stat(own)).mode! & 0o777, 0o700);
  const certificate = new X509Certificate(made.certificate);
  assert.deepEqual(sha256(certificate.raw), made.certificateHash);
  const { asymmetricKeyType, asymmetricKeyDetails } = certificate.publicKey;
  assert.equal(asymmetricKeyType, "ec");
  assert.equal(asymmetricKeyDetails?.namedCurve, "prime256v1");
  assert.deepEqual(Array.from(Deno.readDirSync(own), ({ name }) => name), ["host.json"]);
});

Deno.test("loadIdentity() makes one identity when two hosts start at once", async () => {
  await using folder = await temporaryFolder();
  const made = await Promise.all(Array.from({ length: 4 }, () => loadIdentity(folder.path)));
  for (const identity of made) assert.deepEqual(identity, made[0]);
});

Deno.test("loadIdentity() renews a certificate near its end, and keeps key and private key", async () => {
  await using folder = await temporaryFolder();
  const made = await loadIdentity(folder.path, Date.now() - 720 * DAY_MS);
  const renewed = await loadIdentity(folder.path);
  assert.equal(renewed.key, made.key);
  assert.equal(renewed.privateKey, made.privateKey);
  assert.notEqual(renewed.certificate, made.certificate);
  const [before, after] = [made, renewed].map((one) => new X509Certificate(one.certificate));
  assert.ok(Date.parse(before!.validTo) < Date.now() + 30 * DAY_MS);
  assert.ok(Date.parse(after!.validTo) > Date.now() + 700 * DAY_MS);
  const [publicBefore, publicAfter] = [before, after].map((one) =>
    one!.publicKey.export({ type: "spki", format: "pem" })
  );
  assert.equal(publicAfter, publicBefore, "guests know it again");
  assert.deepEqual(await loadIdentity(folder.path), renewed);
});

Deno.test("renewKey() changes the key alone", async () => {
  await using folder = await temporaryFolder();
  const made = await loadIdentity(folder.path);
  const renewed = await renewKey(folder.path);
  assert.notEqual(renewed.key, made.key);
  assert.deepEqual({ ...renewed, key: made.key }, made);
  assert.deepEqual(await loadIdentity(folder.path), renewed);
});

Deno.test("loadIdentity() never takes a new identity in the place of a damaged one", async () => {
  await using folder = await temporaryFolder();
  const { certificate, privateKey, key } = await loadIdentity(folder.path);
  await using elsewhere = await temporaryFolder();
  const other = await loadIdentity(elsewhere.path);
  const path = identityPath(folder.path);
  const good = { key: shownKey(key), certificate, privateKey };
  for (
    const text of [
      "",
      "{",
      "null",
      "[]",
      JSON.stringify({ ...good, key: "short" }),
      JSON.stringify({ ...good, key: undefined }),
      JSON.stringify({ ...good, certificate: certificate.slice(0, 200) }),
      JSON.stringify({ ...good, privateKey: "" }),
      JSON.stringify({ ...good, privateKey: other.privateKey }),
    ]
  ) {
    await Deno.writeTextFile(path, text);
    await assert.rejects(loadIdentity(folder.path), {
      code: "identity",
      message: new RegExp(`^Cannot use the host's identity in ${path}: it is damaged; `),
    });
    assert.equal(await Deno.readTextFile(path), text);
  }
});

Deno.test("loadIdentity() refuses a file that others can read or change", async () => {
  await using folder = await temporaryFolder();
  await loadIdentity(folder.path);
  for (const mode of [0o644, 0o660, 0o602]) {
    await Deno.chmod(identityPath(folder.path), mode);
    await assert.rejects(loadIdentity(folder.path), /: others than you may read or change it; if/);
  }
  await Deno.chmod(identityPath(folder.path), 0o600);
  await loadIdentity(folder.path);
});

Deno.test("loadIdentity() says what it cannot read or write", async () => {
  await using folder = await temporaryFolder();
  await Deno.mkdir(identityPath(folder.path));
  await assert.rejects(loadIdentity(folder.path), /host\.json: it is not a file$/);
  await Deno.writeTextFile(`${folder.path}/file`, "");
  await assert.rejects(loadIdentity(`${folder.path}/file`), {
    code: "identity",
    message: new RegExp(`^Cannot read the host's identity ${folder.path}/file/host.json: `),
  });
  // Nothing is there, and nothing can be put there.
  await makeDeadLink(`${folder.path}/link`);
  await assert.rejects(loadIdentity(`${folder.path}/link`), {
    code: "identity",
    message: new RegExp(`^Cannot write the host's identity ${folder.path}/link/host.json: `),
  });
  const linked = `${folder.path}/linked`;
  await Deno.mkdir(linked);
  await makeDeadLink(identityPath(linked));
  await assert.rejects(loadIdentity(linked), {
    code: "identity",
    message: `Cannot use the host's identity in ${linked}/host.json: it is a link to a file that ` +
      "is not there",
  });
});
