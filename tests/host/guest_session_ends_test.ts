/** How the session with a guest ends, and what does not end it. */

import assert from "node:assert/strict";
import type { ByteConnection } from "../../lib/flow/byte_connection.ts";
import { EncodedFrame } from "../../lib/channel/encoded_frame.ts";
import { FAREWELL_MICROS, GuestSession } from "../../lib/host/guest_session.ts";
import { SILENCE_LIMIT_MICROS } from "../../lib/channel/session.ts";
import { encodeMessage, FRAME_PREFIX_BYTES } from "../protocol/all.ts";
import { FPS, frame, LIVE, Stage, WELCOME } from "./session_stage.ts";

Deno.test("GuestSession ends with BYE without the ACKs that are owed", async () => {
  await using stage = await Stage.welcomed();
  stage.session.sink.offer(frame(1));
  assert.equal(await stage.frame(), 1);
  stage.session.conversation.leave("the video has ended");
  assert.equal(await stage.guest.farewell(), "the video has ended");
  // One that comes all the same does no harm, nor does one that is wrong.
  await stage.guest.send({ type: "ack", sequence: 1 }, { type: "ack", sequence: 1 });
  stage.guest[Symbol.dispose]();
  assert.equal(await stage.ended, "the video has ended");
});

Deno.test("GuestSession takes a guest that has only stopped sending for gone", async () => {
  await using stage = await Stage.welcomed();
  await stage.guest.connection.closeWrite();
  assert.equal(await stage.ended, "left");
  stage.session.sink.offer(frame(1));
  assert.equal(await stage.guest.receive(), undefined);
});

Deno.test("GuestSession takes a guest for dead of which nothing was heard", async () => {
  await using stage = await Stage.welcomed();
  stage.pass(SILENCE_LIMIT_MICROS + 1);
  stage.session.tick();
  assert.match(await stage.guest.farewell(), /^nothing heard for \d+ s$/);
});

Deno.test("GuestSession is gone a second before the 15 s that a dead guest may stay", async () => {
  await using stage = await Stage.welcomed();
  let over = false;
  stage.ended.finally(() => over = true);
  // The first look comes right behind the last sign of life: none could find the silence later.
  for (let seconds = 0; seconds < 14; seconds++) {
    stage.session.tick();
    stage.pass(1_000_000);
  }
  await stage.turns(() => over);
});

Deno.test("GuestSession ends with a guest that speaks but acknowledges nothing", async () => {
  await using stage = await Stage.welcomed();
  stage.session.sink.offer(frame(1));
  assert.equal(await stage.frame(), 1);
  let over = false;
  stage.ended.finally(() => over = true);
  for (let micros = 0; micros <= SILENCE_LIMIT_MICROS; micros += 1_000_000) {
    assert.equal(over, false);
    stage.pass(1_000_000);
    await stage.guest.send({ type: "ping", t1: 1 });
    await stage.turns(() => stage.session.silentMicros === 0);
    stage.session.tick();
  }
  assert.match(await stage.guest.farewell(), /^no frame acknowledged for \d+ s$/);
});

Deno.test("GuestSession does not end while a guest takes of a frame that is long under way", async () => {
  await using stage = await Stage.welcomed();
  const message = new Uint8Array(FRAME_PREFIX_BYTES + 16_000_000);
  stage.session.sink.offer(
    new EncodedFrame(message, { sequence: 1, capturedAtMicros: 1, rendition: "full" }),
  );
  await stage.turns(() => stage.session.counts.inFlight === 1);
  const piece = new Uint8Array(100_000);
  for (const megabytes of [8, 0]) {
    stage.pass(0.9 * SILENCE_LIMIT_MICROS);
    // This is more than the system holds between the two: some of it was written only now.
    for (let read = 0; read < megabytes * 1e6;) {
      read += await stage.guest.connection.read(piece) ?? assert.fail("the connection has ended");
    }
    await stage.guest.send({ type: "ping", t1: 1 });
    await stage.turns(() => stage.session.silentMicros === 0);
    stage.session.tick();
    assert.ok(stage.session.active, `${megabytes} MB were taken`);
  }
});

Deno.test("GuestSession.stoodStill() is not held against the guest", async () => {
  await using stage = await Stage.welcomed();
  stage.pass(60_000_000);
  stage.session.stoodStill(60_000_000);
  stage.session.tick();
  assert.ok(stage.session.active);
  assert.equal(stage.session.silentMicros, 0);
});

Deno.test("GuestSession.stoodStill() is not held against a guest that has not said HELLO", async () => {
  await using stage = await Stage.set();
  stage.pass(60_000_000);
  stage.session.stoodStill(60_000_000);
  stage.session.tick();
  await stage.guest.hello();
  assert.deepEqual(await stage.guest.receive(), WELCOME);
});

Deno.test("GuestSession.stoodStill() is not held against a guest that owes an acknowledgement", async () => {
  await using stage = await Stage.welcomed();
  stage.session.sink.offer(frame(1));
  assert.equal(await stage.frame(), 1);
  stage.pass(60_000_000);
  stage.session.stoodStill(60_000_000);
  stage.session.tick();
  assert.ok(stage.session.active);
});

Deno.test("GuestSession ends with the guest's own words when it says BYE", async () => {
  await using stage = await Stage.welcomed();
  await stage.guest.send({ type: "bye", reason: "enough seen" });
  assert.equal(await stage.guest.receive(), undefined);
  assert.equal(stage.session.active, false);
  stage.guest[Symbol.dispose]();
  assert.equal(await stage.ended, "enough seen");
});

Deno.test("GuestSession knows whether the guest left between messages", async () => {
  {
    await using stage = await Stage.welcomed();
    stage.guest[Symbol.dispose]();
    assert.equal(await stage.ended, "left");
  }
  await using stage = await Stage.welcomed();
  await stage.guest.send(encodeMessage({ type: "ping", t1: 1 }).subarray(0, 5));
  stage.guest[Symbol.dispose]();
  assert.equal(await stage.ended, "left in the middle of a message");
});

Deno.test("GuestSession closes on a guest that does not take its BYE, after a while", async () => {
  await using stage = await Stage.welcomed();
  let over = false;
  stage.ended.finally(() => over = true);
  stage.session.conversation.leave("the host was ended");
  assert.equal(await stage.guest.farewell(), "the host was ended");
  stage.pass(FAREWELL_MICROS);
  stage.session.tick();
  assert.equal(over, false);
  stage.pass(1);
  stage.session.tick();
  assert.equal(await stage.ended, "the host was ended");
});

Deno.test("GuestSession ends also with a guest that reads nothing at all", async () => {
  await using stage = await Stage.welcomed();
  const message = new Uint8Array(FRAME_PREFIX_BYTES + 16_000_000);
  const about = { sequence: 1, capturedAtMicros: 1, rendition: "full" } as const;
  stage.session.sink.offer(new EncodedFrame(message, about));
  stage.session.conversation.leave("the host was ended");
  stage.pass(FAREWELL_MICROS + 1);
  stage.session.tick();
  assert.equal(await stage.ended, "the host was ended");
});

Deno.test("GuestSession ends at once when it is cut", async () => {
  await using stage = await Stage.welcomed();
  stage.session.conversation.cut("another one takes its place");
  assert.equal(await stage.ended, "another one takes its place");
  stage.session.tick();
});

Deno.test("GuestSession sends BYE behind the frame that is being written", async () => {
  await using stage = await Stage.welcomed();
  stage.session.sink.offer(frame(1));
  await stage.turns();
  stage.session.conversation.leave("the video has ended");
  assert.equal(await stage.frame(), 1);
  assert.equal(await stage.guest.farewell(), "the video has ended");
});

Deno.test("GuestSession ends alone with an error of its network, and tells a bug", async () => {
  for (const isBug of [false, true]) {
    const fault = isBug
      ? new TypeError("x is undefined")
      : Object.assign(new Error("No route to host (os error 113)"), { code: "EHOSTUNREACH" });
    for (const direction of ["read", "write"] as const) {
      const gone = Promise.withResolvers<never>();
      gone.promise.catch(() => {});
      const connection: ByteConnection = {
        read: () => gone.promise,
        write: (bytes) => Promise.resolve(bytes.length),
        closeWrite: () => Promise.resolve(),
        close: () => gone.reject(new Deno.errors.BadResource("closed")),
        [direction]: () => Promise.reject(fault),
      };
      const session = new GuestSession(connection, {
        now: () => 0,
        onHello: () => ({ says: WELCOME, camera: { fps: FPS, info: WELCOME.source } }),
        onWelcomed: () => {},
      });
      const ended = session.conversation.run().then(({ reason }) => reason);
      if (direction === "write") session.conversation.outbox.post(LIVE);
      if (isBug) await assert.rejects(ended, fault);
      else assert.equal(await ended, "connection lost");
    }
  }
});
