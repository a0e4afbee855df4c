import assert from "node:assert/strict";
import { isDisconnect, writeAll } from "../../lib/flow/byte_connection.ts";
import { deadline } from "../../lib/flow/timing.ts";
import { IncomingListener } from "../../lib/privacy/incoming.ts";
import { READ_AHEAD_BYTES } from "../../lib/privacy/tls_connection.ts";
import { beginTls } from "../../lib/privacy/guest_tls.ts";
import { readUpTo, TlsStage } from "./tls_stage.ts";
import { figuresOf } from "../support/growth.ts";
import { connectionPair } from "../support/peers.ts";
import { until } from "../support/until.ts";

const encoder = new TextEncoder();
const WRITE_BYTES = 64 * 1024;

Deno.test("TLS carries every byte both ways, in order", async () => {
  await using stage = await TlsStage.set();
  const { host, guest } = await stage.tls();
  for (
    const [from, to, length] of [
      [host, guest.connection, 3_000_001],
      [guest.connection, host, 100_001],
    ] as const
  ) {
    const bytes = new Uint8Array(length).map((_, index) => index * 7 % 251);
    const [, received] = await Promise.all([writeAll(from, bytes), readUpTo(to, length)]);
    assert.deepEqual(received, bytes);
  }
  await writeAll(host, encoder.encode("end"));
  await host.closeWrite();
  assert.equal((await readUpTo(guest.connection, 100)).length, 3);
  assert.equal(await guest.connection.read(new Uint8Array(1)), null);
});

Deno.test("beginTls() tells the hash of the very certificate, and who it belongs to", async () => {
  await using stage = await TlsStage.set();
  const { guest } = await stage.tls();
  const { guest: again } = await stage.tls();
  assert.deepEqual(guest.certificateHash, stage.identity.certificateHash);
  assert.match(guest.hostIdentity, /^[0-9a-f]{64}$/);
  assert.equal(again.hostIdentity, guest.hostIdentity);
});

Deno.test("TLS writes wait for a side that does not read", async () => {
  await using stage = await TlsStage.set();
  const { host, guest } = await stage.tls();
  let written = 0;
  let waits = false;
  const bytes = new Uint8Array(WRITE_BYTES);
  const writing = (async () => {
    for (;;) {
      waits = true;
      written += await host.write(bytes);
      waits = false;
    }
  })().catch((error) => error);
  let before = -1;
  // What both kernels and the read-ahead hold; then nothing moves any more.
  await until("a write that waits", () => {
    const isSame = written === before;
    before = written;
    return isSame && waits;
  }, { everyMs: 100 });
  assert.ok(written < 32 * 1024 * 1024, `${written} bytes were taken`);
  // It goes on when it is read.
  await readUpTo(guest.connection, written - READ_AHEAD_BYTES);
  await until("more to be written", () => written > before);
  guest.connection.close();
  assert.ok(isDisconnect(await writing));
});

Deno.test("IncomingConnection ends who sends more than is read", async () => {
  await using stage = await TlsStage.set();
  const { host, guest } = await stage.tls();
  await assert.rejects(async () => {
    for (;;) await guest.connection.write(new Uint8Array(WRITE_BYTES));
  }, isDisconnect);
  await assert.rejects(async () => {
    const buffer = new Uint8Array(2 * READ_AHEAD_BYTES);
    while (await host.read(buffer) !== null);
  }, isDisconnect);
});

Deno.test("TlsConnection.close() ends a read and a write that wait", async () => {
  await using stage = await TlsStage.set();
  const { host, guest } = await stage.tls();
  const reading = guest.connection.read(new Uint8Array(10)).catch((error) => error);
  const writing = (async () => {
    for (;;) await guest.connection.write(new Uint8Array(WRITE_BYTES));
  })().catch((error) => error);
  guest.connection.close();
  for (const ended of [reading, writing]) {
    const error = await deadline(ended, { ms: 10_000, error: () => new Error("it waits on") });
    assert.ok(isDisconnect(error), String(error));
  }
  await assert.rejects(guest.connection.read(new Uint8Array(1)), isDisconnect);
  await assert.rejects(guest.connection.write(new Uint8Array(1)), isDisconnect);
  // The other end hears of it, one way or another.
  const buffer = new Uint8Array(65536);
  await assert.doesNotReject(async () => {
    try {
      while (await host.read(buffer) !== null);
    } catch (error) {
      if (!isDisconnect(error)) throw error;
    }
  });
});

Deno.test("IncomingConnection.peek() leaves the first bytes to be read", async () => {
  await using stage = await TlsStage.set();
  const [ours, theirs] = await stage.tcp();
  const first = ours.peek();
  await theirs.write(Uint8Array.of(0x43));
  assert.equal(await first, 0x43);
  await theirs.write(Uint8Array.of(0x56, 1));
  assert.deepEqual([...await readUpTo(ours, 3)], [0x43, 0x56, 1]);
  await writeAll(ours, Uint8Array.of(9));
  const answer = new Uint8Array(1);
  await theirs.read(answer);
  assert.equal(answer[0], 9);
});

Deno.test("IncomingConnection.peek() is told of an end", async () => {
  await using stage = await TlsStage.set();
  const [ours, theirs] = await stage.tcp();
  theirs.close();
  assert.equal(await ours.peek(), undefined);
  const [cut] = await stage.tcp();
  const waiting = cut.peek();
  cut.close();
  assert.equal(await waiting, undefined);
});

Deno.test("IncomingConnection.startTls() refuses what is no TLS", async () => {
  await using stage = await TlsStage.set();
  for (const bytes of [new Uint8Array(600).fill(0x16), Uint8Array.of(0x16, 3, 1, 0xff, 0xff, 1)]) {
    const [ours, theirs] = await stage.tcp();
    await theirs.write(bytes);
    await ours.peek();
    const refused = assert.rejects(ours.startTls(stage.identity), {
      code: "privacy",
      message: /^Cannot begin TLS: /,
    });
    theirs.close();
    await refused;
  }
});

Deno.test("beginTls() refuses a host that does not speak TLS", async () => {
  for (const words of ["CV\x01\x08", "SSH-2.0-OpenSSH_9.2\r\n", ""]) {
    const [ours, theirs] = await connectionPair();
    const refused = assert.rejects(beginTls(ours), {
      code: "privacy",
      message: /^Cannot begin TLS: /,
    });
    await theirs.read(new Uint8Array(1000));
    if (words) await theirs.write(encoder.encode(words));
    theirs.close();
    await refused;
  }
});

Deno.test("beginTls() ends when its connection is closed", async () => {
  const [ours, theirs] = await connectionPair();
  const starting = assert.rejects(beginTls(ours), { code: "privacy" });
  ours.close();
  await starting;
  theirs.close();
});

Deno.test("IncomingListener says why it cannot listen, and hands out who waited", async () => {
  await using stage = await TlsStage.set();
  const { port } = stage.listener.addr;
  await assert.rejects(IncomingListener.listen({ host: "127.0.0.1", port }), {
    code: "EADDRINUSE",
  });
  using early = await Deno.connect(stage.to);
  const ours = await stage.listener.accept();
  stage.keep(ours);
  assert.equal(ours.remoteAddr.hostname, "127.0.0.1");
  assert.equal(ours.remoteAddr.port, early.localAddr.port);
  const waiting = assert.rejects(stage.listener.accept(), Deno.errors.BadResource);
  stage.listener.close();
  await waiting;
  await assert.rejects(stage.listener.accept(), Deno.errors.BadResource);
});

Deno.test("TlsConnection.write() keeps nothing of what was written", async () => {
  for (const bytes of await figuresOf(new URL("write_growth.ts", import.meta.url))) {
    assert.ok(bytes < 100, `${bytes} bytes for each write`);
  }
});
