/** How the server accepts, and how it ends. */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { TestGuest } from "../support/peers.ts";
import { FakeTime } from "../support/fake_time.ts";
import { nextTurn } from "../support/until.ts";
import { ServerStage } from "./server_stage.ts";

Deno.test("TcpServer.serve() accepts over TCP, and counts by address", async () => {
  await using stage = new ServerStage();
  const { port } = stage.listener.addr;
  using one = await TestGuest.connect(port);
  using other = await TestGuest.connect(port);
  for (const guest of [one, other]) {
    await guest.hello();
    await guest.next("welcome");
  }
  using third = await TestGuest.connect(port);
  await third.hello();
  assert.match(await third.farewell(), /from one address at most/);
  const ports = [one, other].map(({ connection }) => (connection.localAddr as Deno.NetAddr).port);
  assert.deepEqual(stage.peers, ports.map((port) => `127.0.0.1:${port}`));
});

Deno.test("TcpServer.serve() goes on when a connection cannot be accepted", async () => {
  await using stage = new ServerStage();
  const stop = new AbortController();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  let refusals = 3;
  let othersHadTheirTurn = true;
  const served = stage.server.serve({
    accept: () => {
      if (refusals === 0) return listener.accept();
      refusals--;
      assert.ok(othersHadTheirTurn, "it does nothing but try again");
      othersHadTheirTurn = false;
      setTimeout(() => othersHadTheirTurn = true, 0);
      return Promise.reject(new Error("too many open files"));
    },
    close: () => listener.close(),
  }, stop.signal);
  using guest = await TestGuest.connect(listener.addr.port);
  await guest.hello();
  await guest.next("welcome");
  assert.deepEqual(stage.troubles, Array(3).fill("too many open files"));
  guest[Symbol.dispose]();
  stop.abort();
  await served;
});

Deno.test("TcpServer.serve() passes over a connection that is gone when it is accepted", async () => {
  await using stage = new ServerStage();
  const stop = new AbortController();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const gone: Deno.TcpConn[] = [];
  const served = stage.server.serve({
    accept: async () => {
      const connection = await listener.accept();
      if (gone.length > 0) return connection;
      gone.push(connection);
      const fault = Object.assign(new Error("os error 22"), { code: "EINVAL" });
      return Object.assign(connection, { setNoDelay: () => assert.fail(fault) });
    },
    close: () => listener.close(),
  }, stop.signal);
  using unlucky = await TestGuest.connect(listener.addr.port);
  assert.equal(await unlucky.receive(), undefined);
  using guest = await TestGuest.connect(listener.addr.port);
  await guest.hello();
  await guest.next("welcome");
  assert.deepEqual(stage.troubles, []);
  guest[Symbol.dispose]();
  stop.abort();
  await served;
});

Deno.test("TcpServer tells everyone why it ends, and waits until they have heard", async () => {
  for (
    const [reason, words] of [
      ["the video has ended", "the video has ended"],
      [new DOMException("SIGINT received", "AbortError"), "the host was ended"],
    ] as const
  ) {
    // No time passes, so that none of them is given up.
    using _time = new FakeTime();
    await using stage = new ServerStage();
    const guest = await stage.guest("a");
    const client = await stage.client("b");
    let isOver = false;
    const stopped = stage.stop(reason).then(() => isOver = true);
    assert.equal(await guest.farewell(), words);
    guest[Symbol.dispose]();
    await stage.logged(`guest a: ${words}`);
    await nextTurn();
    assert.equal(isOver, false, "the other has yet to close its end");
    assert.equal(await client.farewell(), words);
    client[Symbol.dispose]();
    await stopped;
    assert.deepEqual(stage.peers, []);
    await assert.rejects(
      Deno.connect({ hostname: "127.0.0.1", port: stage.listener.addr.port }),
      Deno.errors.ConnectionRefused,
    );
  }
});

Deno.test("TcpServer does not wait for those that do not hear that it ends", async () => {
  await using stage = new ServerStage();
  // Neither closes its end, and the clock that sessions look at does not go on.
  const guest = await stage.guest("a");
  const client = await stage.client("b");
  await stage.stop("enough");
  assert.deepEqual(stage.log.slice(-2), ["guest a: enough", "client b: enough"]);
  assert.equal(await guest.farewell(), "enough");
  assert.equal(await client.farewell(), "enough");
});

Deno.test("TcpServer.serve() serves nobody when it is stopped before it begins", async () => {
  await using stage = new ServerStage();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  // It waits to be accepted, and has said all that a guest needs to say.
  using guest = await TestGuest.connect(listener.addr.port);
  await guest.hello();
  await stage.server.serve(listener, AbortSignal.abort("enough"));
  assert.deepEqual(stage.log, []);
  // The listener was closed, and with it what nobody had accepted.
  assert.equal(await guest.receive(), undefined);
  await assert.rejects(
    TestGuest.connect(listener.addr.port),
    Deno.errors.ConnectionRefused,
  );
});

Deno.test("TcpServer ends those of whom it is not known yet what they are, without waiting", async () => {
  await using stage = new ServerStage({ legacy: true });
  await stage.client("a");
  await stage.stop("enough");
  assert.deepEqual(stage.log, ["client a: enough"]);
});
