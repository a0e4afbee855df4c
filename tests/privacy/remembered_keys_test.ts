import assert from "node:assert/strict";
import { RememberedKeys } from "../../lib/privacy/remembered_keys.ts";
import { temporaryFolder } from "../support/folder.ts";

const [ONE, OTHER] = ["7K2MQ9XD4RTVH3WB", "0123456789ABCDEF"] as const;

Deno.test("RememberedKeys finds a host by its identity and by its newest name", async () => {
  await using folder = await temporaryFolder();
  const keys = new RememberedKeys(() => `${folder.path}/new`);
  assert.equal(keys.host("a"), undefined);
  keys.remember("a", ONE, "studio.local:65432");
  keys.remember("a", ONE, "192.168.1.20:65432");
  keys.remember("b", OTHER, "desk.local:65432");
  const again = new RememberedKeys(() => `${folder.path}/new`);
  assert.equal(again.host("a")?.key, ONE);
  assert.equal(again.host("b")?.key, OTHER);
  assert.equal(again.named("192.168.1.20:65432")?.identity, "a");
  assert.equal(again.named("192.168.1.21:65432"), undefined);
  assert.equal((await Deno.stat(keys.path)).mode! & 0o777, 0o600);
});

Deno.test("RememberedKeys.remember() gives a name to the host that was reached by it last", async () => {
  await using folder = await temporaryFolder();
  const keys = new RememberedKeys(() => folder.path);
  keys.remember("a", ONE, "192.168.1.20:65432");
  keys.remember("b", OTHER, "192.168.1.20:65432");
  assert.equal(keys.named("192.168.1.20:65432")?.identity, "b");
  assert.equal(keys.host("a")?.key, ONE, "the other host's key is kept");
  keys.remember("b", ONE, "192.168.1.20:65432");
  assert.equal(keys.host("b")?.key, ONE, "a new key takes the old one's place");
});

Deno.test("RememberedKeys.forget() forgets by name, with and without the port", async () => {
  await using folder = await temporaryFolder();
  const keys = new RememberedKeys(() => folder.path);
  keys.remember("a", ONE, "studio.local:65432");
  keys.remember("b", OTHER, "[fe80::1%eth0]:65432");
  assert.ok(!keys.forget("studio"));
  assert.ok(!keys.forget("studio.local:5000"));
  assert.ok(keys.forget("studio.local"));
  assert.equal(keys.host("a"), undefined);
  assert.ok(keys.forget("[fe80::1%eth0]:65432"));
  assert.equal(keys.host("b"), undefined);
  assert.ok(!keys.forget("studio.local"), "there is nothing left to forget");
});

Deno.test("RememberedKeys forgets the oldest of very many", async () => {
  await using folder = await temporaryFolder();
  const keys = new RememberedKeys(() => folder.path);
  const host = (count: number) => ({ identity: `${count}`, key: ONE, names: [`${count}`] });
  const hosts = Array.from({ length: 1000 }, (_, count) => host(count));
  await Deno.writeTextFile(keys.path, JSON.stringify({ hosts }), { mode: 0o600 });
  keys.remember("new", OTHER, "new");
  assert.equal(keys.host("0"), undefined);
  assert.equal(keys.host("1")?.key, ONE);
  assert.equal(keys.host("new")?.key, OTHER);
});

Deno.test("RememberedKeys says which file is damaged, or can be read by others", async () => {
  await using folder = await temporaryFolder();
  const keys = new RememberedKeys(() => folder.path);
  for (const text of ["", "{}", '{"hosts":[1]}', '{"hosts":[{"identity":"a","names":[]}]}']) {
    await Deno.writeTextFile(keys.path, text, { mode: 0o600 });
    assert.throws(() => keys.host("a"), {
      code: "identity",
      message: `Cannot use the remembered keys in ${keys.path}: it is damaged; move it away, and ` +
        "each host's key is asked for again",
    });
    assert.throws(() => keys.remember("a", ONE, "a"), { code: "identity" });
    assert.equal(await Deno.readTextFile(keys.path), text);
  }
  await Deno.chmod(keys.path, 0o640);
  assert.throws(() => keys.host("a"), /others than you may read or change it/);
});
