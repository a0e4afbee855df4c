import assert from "node:assert/strict";
import type { Finding } from "../../lib/doctor/finding.ts";
import { lookAtPrivacy } from "../../lib/doctor/privacy.ts";
import { writeAll } from "../../lib/flow/byte_connection.ts";
import { HostPrivacy } from "../../lib/privacy/host_privacy.ts";
import { newKey } from "../../lib/privacy/key.ts";
import { sayBye } from "../../lib/privacy/proof_exchange.ts";
import { RememberedKeys } from "../../lib/privacy/remembered_keys.ts";
import { TlsStage } from "../privacy/tls_stage.ts";

/** What is found about a host on this computer, and what a guest needs for its picture. */
async function look(
  to: { hostname: string; port: number },
  { key, folder }: { key?: string; folder: string },
): Promise<{ found: string[]; findings: Finding[]; needs: unknown }> {
  const remembered = new RememberedKeys(() => folder);
  const options = { key, open: false, remembered, name: "studio" };
  const looking = lookAtPrivacy(to, options, new AbortController().signal);
  const findings: Finding[] = [];
  for (;;) {
    const { done, value } = await looking.next();
    if (done) {
      const found = findings.map(({ subject, verdict }) => `${subject}: ${verdict}`);
      return { found, findings, needs: value };
    }
    findings.push(value);
  }
}

Deno.test("lookAtPrivacy() says of a private host on this computer whether its key is known", async () => {
  await using stage = await TlsStage.set();
  const { identity, folder: { path: folder } } = stage;
  const { key } = identity;
  const privacy = new HostPrivacy({ identity, folder: undefined, now: () => 0 });
  const serve = async () => {
    const incoming = await stage.listener.accept();
    stage.keep(incoming);
    return await privacy.admit(incoming, "127.0.0.1");
  };

  let serving = serve();
  const unknown = await look(stage.to, { folder });
  assert.deepEqual([unknown.found, unknown.needs], [["TLS: good", "key: stop"], undefined]);
  assert.deepEqual(unknown.findings.at(-1)?.type, ["deno task guest studio"]);
  await serving;

  serving = serve();
  const given = await look(stage.to, { folder, key });
  assert.deepEqual([given.found, given.needs], [["TLS: good", "key: good"], { key }]);
  await serving;

  new RememberedKeys(() => folder).remember(identity.fingerprint, key, "studio:65432");
  serving = serve();
  const remembered = await look(stage.to, { folder });
  assert.deepEqual([remembered.found, remembered.needs], [["TLS: good", "key: good"], { key }]);
  await serving;
});

Deno.test("lookAtPrivacy() puts only a key that does not fit down to a new key", async () => {
  await using stage = await TlsStage.set();
  const { identity, folder: { path: folder } } = stage;
  const privacy = new HostPrivacy({ identity, folder: undefined, now: () => 0 });
  const accept = async () => {
    const incoming = await stage.listener.accept();
    stage.keep(incoming);
    return incoming;
  };
  const begin = async () => {
    const incoming = await accept();
    await incoming.peek();
    return await incoming.startTls(identity);
  };
  const hosts: [host: () => Promise<unknown>, what: RegExp, why: RegExp, type: string][] = [
    [
      async () => await privacy.admit(await accept(), "127.0.0.1"),
      /the host does not have this key$/,
      /^the host has a new key, /,
      "deno task guest studio",
    ],
    [
      async () => await sayBye(await begin(), { type: "bye", reason: "wait a minute" }),
      /the other side says wait a minute$/,
      /^the host is there, and lets nobody in /,
      "deno task doctor studio",
    ],
    [
      async () => (await begin()).close(),
      /the other side (?:closed|broke) the connection$/,
      /^the host stands still or has ended, /,
      "there: deno task doctor",
    ],
    [
      async () => await writeAll(await begin(), new TextEncoder().encode("HTTP/1.1 400")),
      /^Cannot /,
      /^a host of another version answers there, /,
      "there: deno task host --version",
    ],
  ];
  for (const [host, what, why, type] of hosts) {
    const [{ found, findings }] = await Promise.all([
      look(stage.to, { folder, key: newKey() }),
      host(),
    ]);
    assert.deepEqual(found, ["TLS: good", "key: stop"]);
    const last = findings.at(-1);
    assert.match(last?.what ?? "", what);
    assert.match(last?.why ?? "", why);
    assert.equal(last?.type?.[0], type);
  }
});

Deno.test("lookAtPrivacy() lets a host on this computer be open, unless a key is given", async () => {
  await using stage = await TlsStage.set();
  const folder = stage.folder.path;
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const to = { hostname: "127.0.0.1", port: listener.addr.port };
  const answer = async () => {
    using connection = await listener.accept();
    await connection.read(new Uint8Array(4096));
    await connection.write(new TextEncoder().encode("CV"));
  };
  const [open] = await Promise.all([look(to, { folder }), answer()]);
  assert.deepEqual([open.found, open.needs], [[], { key: undefined }]);
  const [keyed] = await Promise.all([look(to, { folder, key: stage.identity.key }), answer()]);
  assert.deepEqual([keyed.found, keyed.needs], [["TLS: stop"], undefined]);
});
