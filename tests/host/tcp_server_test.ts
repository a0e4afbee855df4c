/** Whom the server lets in, and whom it lets go. */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import {
  MAX_PENDING,
  MAX_PENDING_PER_ADDRESS,
  YIELD_AFTER_MICROS,
} from "../../lib/host/admission.ts";
import { HELLO_TIMEOUT_MICROS } from "../../lib/host/guest_session.ts";
import { SILENCE_LIMIT_MICROS } from "../../lib/channel/session.ts";
import { HostPrivacy } from "../../lib/privacy/host_privacy.ts";
import { loadIdentity } from "../../lib/privacy/identity.ts";
import { temporaryFolder } from "../support/folder.ts";
import { until } from "../support/until.ts";
import { FakeTime } from "../support/fake_time.ts";
import { ServerStage } from "./server_stage.ts";

Deno.test("TcpServer takes guests in, and tells when they come and go", async () => {
  await using stage = new ServerStage();
  assert.equal(stage.wantsCamera, false);
  const one = await stage.guest("a");
  assert.deepEqual(stage.peers, ["a"]);
  assert.equal(stage.wantsCamera, true);
  const other = await stage.guest("b");
  await one.send({ type: "bye", reason: "enough seen" });
  one[Symbol.dispose]();
  await stage.logged("guest a: enough seen");
  assert.deepEqual(stage.peers, ["b"]);
  other[Symbol.dispose]();
  await stage.logged("guest b: left");
  await until("the camera let go", () => !stage.wantsCamera);
  assert.deepEqual(stage.log, ["a joined", "b joined", "guest a: enough seen", "guest b: left"]);
});

Deno.test("TcpServer takes no more than --max-guests, until one has left", async () => {
  await using stage = new ServerStage();
  const first = await stage.guest("a");
  await stage.guest("b");
  await stage.guest("c");
  assert.equal(await stage.refusal("d"), "the host serves 3 guests at most (--max-guests)");
  first[Symbol.dispose]();
  await stage.logged("guest a: left");
  await stage.guest("e");
  assert.deepEqual(stage.peers, ["b", "c", "e"]);
});

Deno.test("TcpServer takes no more than --max-per-address from one address", async () => {
  await using stage = new ServerStage();
  await stage.guest("a", "a:1");
  await stage.guest("a", "a:2");
  assert.equal(
    await stage.refusal("a"),
    "the host serves 2 guests from one address at most (--max-per-address)",
  );
  await stage.guest("b");
  assert.deepEqual(stage.peers, ["a:1", "a:2", "b"]);
});

Deno.test("TcpServer gives the place of a guest that fell silent to the one that comes", async () => {
  await using stage = new ServerStage({ maxGuests: 2 });
  await stage.guest("a");
  stage.nowMicros += 1;
  const lively = await stage.guest("b");
  stage.nowMicros += YIELD_AFTER_MICROS - 1;
  assert.match(await stage.refusal("c"), /^the host serves 2 guests at most/);
  await lively.send({ type: "ping", t1: 1 });
  await lively.next("ping");
  stage.nowMicros += 1;
  await stage.guest("d");
  await stage.logged("guest a: it was silent, and another guest came");
  assert.deepEqual(stage.peers, ["b", "d"]);
});

Deno.test("TcpServer lets the oldest client go when too many of one address say nothing", async () => {
  await using stage = new ServerStage();
  const guest = await stage.guest("a");
  const other = await stage.client("b");
  for (let count = 0; count < MAX_PENDING_PER_ADDRESS; count++) {
    await stage.client("a", `a:${count}`);
  }
  assert.ok(stage.log.every((line) => !line.startsWith("client")));
  await stage.client("a", "a:last");
  await stage.logged("client a:0: too many connections that have not said HELLO");
  assert.equal(stage.log.filter((line) => line.startsWith("client")).length, 1);
  // Neither guests nor clients of other addresses are touched.
  await other.hello();
  await other.next("welcome");
  await guest.send({ type: "bye", reason: "enough seen" });
  guest[Symbol.dispose]();
  await stage.logged("guest a: enough seen");
});

Deno.test("TcpServer lets the oldest client go when too many say nothing, wherever they are", async () => {
  await using stage = new ServerStage();
  for (let number = 0; number <= MAX_PENDING; number++) {
    const gone = Promise.withResolvers<null>();
    stage.server.take({
      read: () => gone.promise,
      write: (bytes) => Promise.resolve(bytes.length),
      closeWrite: () => Promise.resolve(),
      close: () => gone.resolve(null),
    }, { address: `${number}`, peer: `${number}` });
  }
  await stage.logged("client 0: too many connections that have not said HELLO");
  assert.equal(stage.log.length, 1);
});

Deno.test("TcpServer does not hold it against a guest that it stood still itself", async () => {
  using time = new FakeTime();
  await using stage = new ServerStage();
  const guest = await stage.guest("a");
  const client = await stage.client("b");
  stage.nowMicros += SILENCE_LIMIT_MICROS + 500_000;
  time.block(2500);
  await time.advance(1000);
  assert.equal(await client.farewell(), "no HELLO within 5 s");
  await guest.send({ type: "ping", t1: 1 });
  await guest.next("pong");
});

Deno.test("TcpServer lets a client go that says nothing, at its next tick", async () => {
  await using stage = new ServerStage();
  const client = await stage.client("a");
  stage.nowMicros += HELLO_TIMEOUT_MICROS + 1;
  assert.equal(await client.farewell(), "no HELLO within 5 s");
  client[Symbol.dispose]();
  await stage.logged("client a: no HELLO within 5 s");
});

Deno.test("TcpServer warns of the host's key where it cannot look at it", async () => {
  await using outer = await temporaryFolder();
  const folder = `${outer.path}/capturevideo`;
  const identity = await loadIdentity(folder);
  const privacy = new HostPrivacy({ identity, folder, now: () => 0 });
  await Deno.rename(folder, `${folder}.kept`);
  await Deno.writeTextFile(folder, "");
  using time = new FakeTime();
  await using stage = new ServerStage({ privacy });
  await time.advance(1000);
  assert.deepEqual(stage.troubles, [
    `Cannot look at the host's key: a part of the path is not a directory (${folder}/host.json)`,
  ]);
});

Deno.test("TcpServer goes on when a session fails, and tells the bug", async () => {
  await using stage = new ServerStage();
  const guest = await stage.guest("a");
  const fault = new TypeError("x is undefined");
  stage.server.take({
    read: () => Promise.reject(fault),
    write: () => Promise.reject(fault),
    closeWrite: () => Promise.resolve(),
    close: () => {},
  }, { address: "b", peer: "b" });
  await stage.logged("client b: failed");
  assert.deepEqual(stage.bugs, [fault]);
  await guest.send({ type: "ping", t1: 1 });
  await guest.next("pong");
});

Deno.test("TcpServer serves those that speak and those that wait for pictures, where there is room", async () => {
  await using stage = new ServerStage({ legacy: true, maxGuests: 1 });
  const guest = await stage.guest("a");
  const other = await stage.client("b");
  // There is no room for one that says nothing either.
  await stage.logged("client b: no room for it");
  assert.equal(await other.receive(), undefined);
  assert.ok(!stage.log.includes("b joined"), "it was let in before");
  guest[Symbol.dispose]();
  await stage.logged("guest a: left");
  const late = await stage.client("c");
  await stage.logged("c joined");
  assert.deepEqual(stage.peers, ["c"]);
  await late.hello();
  await stage.logged("guest c: it spoke the protocol too late");
  const gone = await stage.client("d");
  gone[Symbol.dispose]();
  await stage.logged("client d: left");
});
