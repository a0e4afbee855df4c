/** How the guest's connection to its host ends, and how it falls silent. */

import assert from "node:assert/strict";
import {
  ASK_AFTER_MICROS,
  SILENCE_LIMIT_MICROS,
  SUSPICIOUS_SILENCE_MICROS,
  WELCOME_TIMEOUT_MICROS,
} from "../../lib/guest/host_connection.ts";
import { captureVideoError } from "../support/errors.ts";
import { frame, LIVE, Stage, TIMEOUT_MICROS } from "./connection_stage.ts";

Deno.test("HostConnection says BYE when it is to end, and resolves", async () => {
  await using stage = await Stage.welcomed();
  stage.stop.abort();
  assert.deepEqual(await stage.host.next("bye"), { type: "bye", reason: "the guest ended" });
  assert.equal(await stage.host.receive(), undefined);
  assert.equal(await stage.ended, undefined);
});

Deno.test("HostConnection ends also with a host that reads nothing", async () => {
  await using stage = await Stage.welcomed({ onJpeg: () => new Promise(() => {}) });
  // Its own answers fill the connection, until nothing more can be written.
  await stage.host.send(frame(1));
  stage.stop.abort();
  assert.equal(await stage.over(), undefined);
});

/** What the host does, and how the connection then ends. */
const ENDS: [string, (stage: Stage) => Promise<void>, ReturnType<typeof captureVideoError>][] = [
  [
    "says BYE",
    ({ host }) => host.send({ type: "bye", reason: "the video has ended" }),
    captureVideoError("refused", /^Cannot go on: the host says the video has ended$/),
  ],
  [
    "closes the connection",
    ({ host }) => Promise.resolve(host.connection.close()),
    captureVideoError("connection", /^Cannot go on: the host (closed the connection|is gone)$/),
  ],
  [
    "closes in the middle of a picture",
    async ({ host }) => {
      await host.send(Uint8Array.of(0x43, 0x56, 1, 3, 0, 0, 0, 0, 0, 1, 0, 0, 9, 9, 9));
      host.connection.close();
    },
    captureVideoError("connection", /^Cannot go on: the host (closed the connection|is gone)$/),
  ],
  [
    "announces a picture of 4 GB",
    ({ host }) => host.send(Uint8Array.of(0x43, 0x56, 1, 3, 0, 0, 0, 0, 255, 255, 255, 255)),
    captureVideoError("protocol", /4294967295/),
  ],
  [
    "sends what only a guest may",
    ({ host }) => host.send(Uint8Array.of(0x43, 0x56, 1, 4, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 1)),
    captureVideoError("protocol", /^Cannot read message: a host may not send ACK$/),
  ],
  [
    "sends nothing for 15 s",
    async (stage) => await stage.pass(SILENCE_LIMIT_MICROS + 500_000),
    captureVideoError(
      "connection",
      /^Cannot go on with the host: no(thing heard| picture) for 1\d s$/,
    ),
  ],
];

for (const [what, act, isExpected] of ENDS) {
  Deno.test(`HostConnection rejects when the host ${what}`, async () => {
    await using stage = await Stage.welcomed();
    await act(stage);
    isExpected(await stage.over());
  });
}

Deno.test("HostConnection tells a host what is wrong with what it sends", async () => {
  await using stage = await Stage.welcomed();
  await stage.host.send(new Uint8Array(12));
  assert.match((await stage.host.next("bye")).reason, /^Cannot read message: the other side sent/);
});

Deno.test("HostConnection waits 5 s for a host that says nothing", async () => {
  await using stage = await Stage.set();
  await stage.pass(WELCOME_TIMEOUT_MICROS);
  await stage.host.next("ping");
  await stage.pass(500_000);
  captureVideoError("connection", /^Cannot go on with the host: it says nothing$/)(
    await stage.over(),
  );
});

Deno.test("HostConnection misses pictures only of a camera that is live", async () => {
  await using stage = await Stage.welcomed();
  await stage.host.send({ type: "status", camera: "lost", why: "unplugged" });
  await stage.has("lost");
  for (let passed = 0; passed < 2 * TIMEOUT_MICROS; passed += 500_000) {
    await stage.host.send({ type: "ping", t1: 1 });
    await stage.host.next("pong");
    await stage.pass(500_000);
  }
  await stage.host.send(LIVE);
  await stage.has("live", 2);
  for (let passed = 0; passed < TIMEOUT_MICROS; passed += 500_000) {
    await stage.host.send({ type: "ping", t1: 1 });
    await stage.host.next("pong");
    await stage.pass(500_000);
  }
  captureVideoError("connection", /^Cannot go on with the host: no picture for 10 s$/)(
    await stage.over(),
  );
});

Deno.test("HostConnection asks a silent host for a sign of life, and tells of its silence", async () => {
  await using stage = await Stage.welcomed();
  await stage.pass(ASK_AFTER_MICROS + 500_000);
  await stage.host.next("ping");
  assert.ok(!stage.said.includes("silent"));
  await stage.pass(SUSPICIOUS_SILENCE_MICROS);
  assert.equal(stage.said.at(-1), "silent");
  await stage.host.send(LIVE);
  await stage.has("heard");
  assert.deepEqual(stage.said.slice(-3), ["silent", "heard", "live"]);
});

Deno.test("HostConnection does not blame the host for what we did not listen to", async () => {
  const taken = Promise.withResolvers<void>();
  await using stage = await Stage.welcomed({ onJpeg: () => taken.promise });
  await stage.host.send(frame(1));
  await stage.pass(2 * SILENCE_LIMIT_MICROS);
  taken.resolve();
  assert.equal((await stage.host.next("ack")).sequence, 1);
  assert.ok(!stage.said.includes("silent"));
});
