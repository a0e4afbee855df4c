/** What the guest and its host say to each other, and what comes of it. */

import assert from "node:assert/strict";
import { ASK_AFTER_MICROS, COMPARE_CLOCKS_EVERY_MICROS } from "../../lib/guest/host_patience.ts";
import type { ByteConnection } from "../../lib/flow/byte_connection.ts";
import { UNKNOWN_TIME } from "../../lib/guest/picture.ts";
import { encodeMessage } from "../protocol/all.ts";
import { captureVideoError } from "../support/errors.ts";
import { numberedJpeg, numbersOf } from "../support/numbered_pictures.ts";
import { connectionPair } from "../support/peers.ts";
import { until } from "../support/until.ts";
import "../support/bridge.ts";
import { frame, LIVE, Stage } from "./connection_stage.ts";

Deno.test("HostConnection says HELLO and PING first, and tells what the host says", async () => {
  await using stage = await Stage.set();
  assert.deepEqual(await stage.host.receive(), { type: "hello", versions: [1], program: "test" });
  assert.deepEqual(await stage.host.receive(), { type: "ping", t1: stage.nowMicros });
  assert.deepEqual(stage.said, []);
  await stage.host.welcome();
  await stage.has("live");
  assert.deepEqual(stage.said, ["answer", "welcome to test", "live"]);
});

Deno.test("HostConnection acknowledges a picture when it was taken, not before", async () => {
  const order: string[] = [];
  await using stage = await Stage.welcomed({
    wrap: (connection) => ({
      read: (into) => connection.read(into),
      write: (bytes) => {
        order.push("written");
        return connection.write(bytes);
      },
      closeWrite: () => connection.closeWrite(),
      close: () => connection.close(),
    }),
    onPicture: () => {
      order.push("given");
      stage.time.block(5000);
      order.push("taken");
    },
  });
  order.length = 0;
  await stage.host.send(frame(7));
  assert.equal((await stage.host.next("ack")).sequence, 7);
  assert.deepEqual(order, ["given", "taken", "written"]);
});

Deno.test("HostConnection hands pictures on whole, in order, each with memory of its own", async () => {
  await using stage = await Stage.welcomed();
  const jpegs = [1, 2, 3].map((byte) => new Uint8Array(100_000 * byte).fill(byte));
  for (const [index, jpeg] of jpegs.entries()) {
    await stage.host.send(frame(index, jpeg));
    assert.equal((await stage.host.next("ack")).sequence, index);
  }
  assert.deepEqual(stage.pictures.map(({ jpeg }) => jpeg), jpegs);
  assert.equal(new Set(stage.pictures.map(({ jpeg }) => jpeg.buffer)).size, 3);
});

Deno.test("HostConnection tells a picture's time by our clock, once the clocks were compared", async () => {
  await using stage = await Stage.set();
  await stage.host.next("hello");
  const { t1 } = await stage.host.next("ping");
  await stage.host.welcome();
  await stage.host.send(frame(1));
  await stage.hasPictures(1);
  assert.equal(stage.pictures[0]?.capturedAtMicros, UNKNOWN_TIME);

  // The PONG is back at once, and 4 ms lie between the two ways.
  const ahead = 77_000_000;
  await stage.pass(4000);
  await stage.host.send({ type: "pong", t1, t2: t1 + ahead, t3: t1 + 4000 + ahead });
  await stage.host.next("ping");
  await stage.host.send({ ...frame(2), capturedAtMicros: stage.nowMicros + ahead - 9000 });
  await stage.hasPictures(2);
  assert.equal(stage.pictures[1]?.capturedAtMicros, stage.nowMicros - 9000);
});

Deno.test("HostConnection knows no time of a picture that cannot be", async () => {
  await using stage = await Stage.set();
  await stage.host.next("hello");
  const { t1 } = await stage.host.next("ping");
  await stage.host.welcome();
  await stage.host.send({ type: "pong", t1, t2: t1 + 9e9, t3: t1 + 9e9 });
  const now = stage.nowMicros + 9e9;
  const times = [now - 5000, now + 1e6, Number.MAX_SAFE_INTEGER, 0, now - 2 * 3600e6];
  for (const [n, capturedAtMicros] of times.entries()) {
    await stage.host.send({ ...frame(n), capturedAtMicros });
  }
  await stage.hasPictures(times.length);
  const [first, ...others] = stage.pictures.map(({ capturedAtMicros }) => capturedAtMicros);
  assert.equal(first, stage.nowMicros - 5000);
  assert.deepEqual(others, others.map(() => UNKNOWN_TIME));
});

Deno.test("HostConnection asks for the rate that is requested", async () => {
  await using stage = await Stage.set({ maxFps: 7 });
  const hello = { type: "hello", versions: [1], program: "test", maxFps: 7 };
  assert.deepEqual(await stage.host.receive(), hello);
});

Deno.test("HostConnection answers a PING", async () => {
  await using stage = await Stage.welcomed();
  await stage.host.send({ type: "ping", t1: 42 });
  const { t1, t2, t3 } = await stage.host.next("pong");
  assert.deepEqual([t1, t2, t3], [42, stage.nowMicros, stage.nowMicros]);
});

Deno.test("HostConnection compares the clocks some times at once, then every 2 s", async () => {
  await using stage = await Stage.set();
  await stage.host.next("hello");
  await stage.host.welcome();
  let pings = 0;
  let said = 1;
  const answer = async () => {
    const { t1 } = await stage.host.next("ping");
    pings++;
    await stage.host.send({ type: "pong", t1, t2: 1, t3: 1 });
  };
  for (let exchange = 0; exchange < 8; exchange++) await answer();
  // What comes next is no PING but what the host has asked for.
  await stage.host.send({ type: "ping", t1: 1 });
  assert.equal((await stage.host.receive())?.type, "pong");

  for (let round = 0; round < 2; round++) {
    for (let passed = 0; passed < COMPARE_CLOCKS_EVERY_MICROS; passed += ASK_AFTER_MICROS / 3) {
      await stage.host.send(LIVE);
      await stage.has("live", ++said);
      await stage.pass(ASK_AFTER_MICROS / 3);
    }
    await answer();
  }
  assert.equal(pings, 10);
});

Deno.test("HostConnection takes a tutorial's host for what it is, and sends it no more", async () => {
  const jpegs = [await numberedJpeg(1), await numberedJpeg(2)];
  const stream = await new Blob(jpegs).bytes();
  await using stage = await Stage.set();
  const { connection } = stage.host;
  for (let at = 0; at < stream.length; at += 1000) {
    await stage.host.send(stream.subarray(at, at + 1000));
  }
  await stage.hasPictures(2);
  assert.deepEqual(stage.pictures.map(({ jpeg }) => jpeg), jpegs);
  assert.deepEqual(await numbersOf(stage.pictures[1]!.jpeg), [2]);
  assert.equal(stage.pictures[0]?.capturedAtMicros, undefined);
  assert.deepEqual(stage.said, ["answer"]);

  await stage.host.next("hello");
  await stage.host.next("ping");
  await stage.pass(5_000_000);
  stage.connection.end();
  await stage.ended;
  assert.equal((await stage.host.receive())?.type, "bye");
  assert.equal(await connection.read(new Uint8Array(1)), null);
});

Deno.test("HostConnection tells when all that it has read is answered", async () => {
  const order: string[] = [];
  await using stage = await Stage.welcomed({
    onPicture: () => void order.push("picture"),
    onAnswered: () => void order.push("answered"),
  });
  order.length = 0;
  const together = [encodeMessage(frame(1)), encodeMessage(frame(2))];
  await stage.host.send(await new Blob(together).bytes());
  assert.equal((await stage.host.next("ack")).sequence, 1);
  assert.equal((await stage.host.next("ack")).sequence, 2);
  await until("what follows the answer", () => order.includes("answered"));
  assert.deepEqual(order, ["picture", "picture", "answered"]);
});

Deno.test("HostConnection tries, hears the host, and is over when that is gone", async () => {
  await using stage = await Stage.set();
  const { connection } = stage;
  assert.deepEqual([connection.hearing, connection.delivered], ["trying", false]);
  await stage.host.welcome();
  await stage.host.send(frame(1));
  await stage.host.next("ack");
  assert.deepEqual([connection.hearing, connection.delivered], ["heard", true]);
  stage.host[Symbol.dispose]();
  await connection.closed;
  assert.equal(connection.hearing, "over");
  captureVideoError("connection", /^Cannot go on: /)(connection.failure);
});

Deno.test("HostConnection is over, with the reason, where nobody answers", async () => {
  await using stage = await Stage.set({
    dial: () => Promise.reject(new Deno.errors.ConnectionRefused("no")),
  });
  assert.ok(await stage.ended instanceof Deno.errors.ConnectionRefused);
  assert.deepEqual([stage.connection.hearing, stage.connection.delivered], ["over", false]);
});

Deno.test("HostConnection.end() ends an attempt, and closes what it brings all the same", async () => {
  const dialled = Promise.withResolvers<ByteConnection>();
  const asked = Promise.withResolvers<AbortSignal>();
  await using stage = await Stage.set({
    dial: (signal) => {
      asked.resolve(signal);
      return dialled.promise;
    },
  });
  stage.connection.end();
  assert.ok((await asked.promise).aborted);
  const [ours, theirs] = await connectionPair();
  dialled.resolve(ours);
  assert.equal(await stage.ended, undefined);
  assert.equal(await theirs.read(new Uint8Array(1)), null);
  theirs.close();
});

Deno.test("HostConnection.end() tells the host, and hands on no picture that comes after", async () => {
  await using stage = await Stage.set();
  await stage.host.welcome();
  await stage.has("live");
  stage.connection.end();
  await stage.host.send(frame(1));
  await stage.host.next("bye");
  assert.equal(await stage.ended, undefined);
  assert.deepEqual([stage.connection.delivered, stage.pictures], [false, []]);
});

Deno.test("HostConnection asks for the camera that is named, or which there are", async () => {
  const hello = { type: "hello", versions: [1], program: "test" };
  await using stage = await Stage.set({ camera: "desk" });
  assert.deepEqual(await stage.host.receive(), { ...hello, camera: "desk" });
  await using other = await Stage.set({ list: true });
  assert.deepEqual(await other.host.receive(), { ...hello, list: true });
});

Deno.test("HostConnection takes the pictures of the camera that was named, and no other", async () => {
  const source = { description: "test", width: 320, height: 240, fps: 30, format: "" };
  const welcome = { type: "welcome", version: 1, host: "test", source } as const;
  await using stage = await Stage.set({ camera: "desk" });
  await stage.host.send({ ...welcome, camera: "Desk" }, LIVE);
  await stage.has("live");

  const noNames = captureVideoError("turned-away", /^Cannot show camera desk: .* has no name;/);
  const another = captureVideoError("protocol", /^Cannot show camera desk: .* that of door$/);
  const answers = [
    [welcome, noNames],
    [{ ...welcome, camera: "door" }, another],
    [Uint8Array.of(0xff, 0xd8, 0xff, 0xe0), noNames],
  ] as const;
  for (const [answer, isRight] of answers) {
    await using stage = await Stage.set({ camera: "desk" });
    await stage.host.send(answer);
    assert.ok(isRight(await stage.ended));
  }
});
