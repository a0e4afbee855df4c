import assert from "node:assert/strict";
import fc from "fast-check";
import { MIN_WINDOW_FRAMES, TRUSTED_ROUND_TRIPS } from "../../lib/host/ack_window.ts";
import {
  DRAIN_AFTER_PINGS,
  FIRST_PING_MICROS,
  PING_EVERY_MICROS,
} from "../../lib/host/frame_pacer.ts";
import { HELLO_TIMEOUT_MICROS } from "../../lib/host/guest_session.ts";
import { FPS, frame, LIVE, Stage, WELCOME } from "./session_stage.ts";

Deno.test("GuestSession says WELCOME first, then the state that it is given while the guest is let in", async () => {
  await using stage = await Stage.set({ onWelcomed: (session) => session.sink.state(LIVE) });
  assert.equal(stage.session.active, false);
  await stage.guest.hello();
  assert.deepEqual(await stage.guest.receive(), WELCOME);
  assert.deepEqual(await stage.guest.receive(), LIVE);
  assert.equal(stage.session.active, true);
});

Deno.test("GuestSession tells a guest that is refused why, and ends", async () => {
  await using stage = await Stage.set({ onHello: () => ({ refused: "the house is full" }) });
  await stage.guest.hello();
  assert.deepEqual(await stage.guest.receive(), { type: "bye", reason: "the house is full" });
  assert.equal(await stage.guest.receive(), undefined);
  assert.equal(stage.session.active, false);
  stage.guest[Symbol.dispose]();
  assert.equal(await stage.ended, "the house is full");
});

Deno.test("GuestSession lets go a guest that has not said HELLO within 5 s", async () => {
  await using stage = await Stage.set();
  stage.pass(HELLO_TIMEOUT_MICROS + 1);
  stage.session.tick();
  assert.equal(await stage.guest.farewell(), "no HELLO within 5 s");

  await using inTime = await Stage.set();
  inTime.pass(HELLO_TIMEOUT_MICROS);
  inTime.session.tick();
  await inTime.guest.hello();
  assert.deepEqual(await inTime.guest.receive(), WELCOME);
});

Deno.test("GuestSession.offer() sends nothing before the guest was welcomed", async () => {
  await using stage = await Stage.set();
  stage.session.sink.offer(frame(1));
  await stage.guest.hello();
  assert.deepEqual(await stage.guest.receive(), WELCOME);
  await stage.answerPing();
  stage.session.sink.offer(frame(2));
  assert.equal(await stage.frame(), 2);
});

// ── Pace ──

Deno.test("GuestSession sends no more than its window without acknowledgement", async () => {
  await using stage = await Stage.welcomed();
  for (let sequence = 1; sequence <= MIN_WINDOW_FRAMES; sequence++) {
    stage.session.sink.offer(frame(sequence));
    assert.equal(await stage.frame(), sequence);
  }
  assert.equal(stage.session.counts.inFlight, MIN_WINDOW_FRAMES);
  stage.session.sink.offer(frame(MIN_WINDOW_FRAMES + 1));
  await stage.noFrame();
});

Deno.test("GuestSession sends the newest frame when an acknowledgement comes, and counts the others", async () => {
  await using stage = await Stage.welcomed();
  stage.session.sink.offer(frame(1));
  assert.equal(await stage.frame(), 1);
  stage.session.sink.offer(frame(2));
  assert.equal(await stage.frame(), 2);
  for (let sequence = 3; sequence <= 10; sequence++) stage.session.sink.offer(frame(sequence));
  await stage.noFrame();

  await stage.guest.send({ type: "ack", sequence: 1 });
  assert.equal(await stage.frame(), 10);
  const { sent, skipped, inFlight } = stage.session.counts;
  assert.deepEqual({ sent, skipped, inFlight }, { sent: 3, skipped: 7, inFlight: 2 });
});

Deno.test("GuestSession keeps its window and the order, whenever frames and acknowledgements come", async () => {
  const steps = fc.array(fc.constantFrom("offer", "acknowledge"), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(steps, async (steps) => {
      await using stage = await Stage.welcomed();
      const received: number[] = [];
      let offered = 0;
      let acknowledged = 0;
      const takeAll = async () => {
        // The status goes out behind what may go out before it.
        await stage.turns();
        stage.session.sink.state(LIVE);
        for (;;) {
          const message = await stage.guest.receive();
          if (message?.type === "status") return;
          if (message?.type === "frame") received.push(message.sequence);
        }
      };
      for (const step of steps) {
        if (step === "offer") stage.session.sink.offer(frame(++offered));
        else if (acknowledged < received.length) {
          await stage.guest.send({ type: "ack", sequence: received[acknowledged++]! });
        }
        await takeAll();
        assert.ok(stage.session.counts.inFlight <= MIN_WINDOW_FRAMES);
        assert.ok(received.length - acknowledged <= MIN_WINDOW_FRAMES);
      }
      assert.deepEqual(received, [...new Set(received)].sort((a, b) => a - b));
    }),
    { numRuns: 25 },
  );
});

Deno.test("GuestSession widens its window on a link with a long round trip", async () => {
  await using stage = await Stage.set();
  await stage.guest.hello();
  for (let exchange = 0; exchange < TRUSTED_ROUND_TRIPS; exchange++) {
    const ping = await stage.guest.next("ping");
    // Before the next PING is due, so that this one is still the newest.
    stage.pass(FIRST_PING_MICROS - 1000);
    await stage.guest.send({ ...ping, type: "pong", t2: 7, t3: 7 });
    await stage.sync();
    assert.equal(stage.session.counts.rttMs, 99);
    if (exchange === TRUSTED_ROUND_TRIPS - 1) break;
    stage.pass(PING_EVERY_MICROS);
    stage.session.tick();
  }

  // It begins with two, and they arrive one behind the other.
  for (const sequence of [1, 2]) {
    stage.session.sink.offer(frame(sequence));
    assert.equal(await stage.frame(), sequence);
  }
  stage.session.sink.offer(frame(3));
  await stage.noFrame();
  stage.pass(99_000);
  await stage.guest.send({ type: "ack", sequence: 1 });
  assert.equal(await stage.frame(), 3);
  stage.pass(1000);
  await stage.guest.send({ type: "ack", sequence: 2 });
  await stage.turns(() => stage.session.counts.inFlight === 1);

  for (let sequence = 4; sequence <= 6; sequence++) {
    stage.session.sink.offer(frame(sequence));
    assert.equal(await stage.frame(), sequence);
  }
  stage.session.sink.offer(frame(7));
  await stage.noFrame();
});

Deno.test("GuestSession takes no round trip from a PONG to another PING, or from the future", async () => {
  await using stage = await Stage.welcomed();
  const { rttMs } = stage.session.counts;
  assert.equal(rttMs, 0);
  stage.pass(PING_EVERY_MICROS);
  stage.session.tick();
  const { t1 } = await stage.guest.next("ping");
  stage.pass(50_000);
  await stage.guest.send({ type: "pong", t1: t1 - 1, t2: 0, t3: 0 });
  await stage.guest.send({ type: "pong", t1, t2: 0, t3: 50_001 });
  await stage.guest.send({ type: "pong", t1, t2: 60_000, t3: 59_999 });
  await stage.sync();
  assert.equal(stage.session.counts.rttMs, rttMs);
});

Deno.test("GuestSession answers a PING once no frame is under way, with the time in between", async () => {
  await using stage = await Stage.welcomed();
  stage.session.sink.offer(frame(1));
  assert.equal(await stage.frame(), 1);
  await stage.guest.send({ type: "ping", t1: 42 });
  stage.session.sink.offer(frame(2));
  assert.equal(await stage.frame(), 2);
  await stage.noFrame();
  stage.pass(3000);
  await stage.guest.send({ type: "ack", sequence: 1 });
  await stage.guest.send({ type: "ack", sequence: 2 });
  const pong = await stage.guest.receive();
  assert.ok(pong?.type === "pong");
  assert.equal(pong.t1, 42);
  assert.equal(pong.t3 - pong.t2, 3000);
});

Deno.test("GuestSession measures the round trip after 0.1 s, then half as often each time, down to every 2 s", async () => {
  await using stage = await Stage.welcomed();
  for (let exchange = 0; exchange < 8; exchange++) {
    const everyMicros = Math.min(PING_EVERY_MICROS, FIRST_PING_MICROS * 2 ** exchange);
    stage.pass(everyMicros - 1);
    stage.session.tick();
    await stage.sync();
    stage.pass(1);
    stage.session.tick();
    assert.equal((await stage.guest.receive())?.type, "ping");
  }
});

Deno.test("GuestSession lets a link drain that was never idle, after 0.5 s at first, and measures it", async () => {
  await using stage = await Stage.welcomed();
  stage.session.sink.offer(frame(1));
  stage.session.sink.offer(frame(2));
  assert.equal(await stage.frame(), 2);
  stage.pass(DRAIN_AFTER_PINGS * FIRST_PING_MICROS);
  stage.session.sink.offer(frame(3));
  assert.equal(await stage.frame(), 3);
  stage.pass(1);
  stage.session.sink.offer(frame(4));
  await stage.guest.send({ type: "ack", sequence: 2 });
  await stage.noFrame();
  await stage.guest.send({ type: "ack", sequence: 3 });
  assert.equal((await stage.guest.receive())?.type, "ping");
  assert.equal(await stage.frame(), 4);
});

Deno.test("GuestSession sends a guest as many frames as it asked for", async () => {
  const counts = await Promise.all([30, 20, 15, 10, 7, 1].map(async (maxFps) => {
    await using stage = await Stage.welcomed({ maxFps });
    const received: number[] = [];
    for (let sequence = 1; sequence <= 60; sequence++) {
      const before = stage.session.counts.sent;
      stage.session.sink.offer(frame(sequence));
      await stage.turns();
      if (stage.session.counts.sent === before) continue;
      received.push((await stage.guest.picture()).sequence);
      await stage.sync();
    }
    return received.length;
  }));
  assert.deepEqual(counts, [60, 40, 30, 20, 14, 2]);
});

Deno.test("GuestSession.wants() only the frames whose turn it is, or a newer one for one that waits", async () => {
  await using stage = await Stage.welcomed({ maxFps: 10 });
  const wanted = (sequence: number) => stage.session.sink.wants(sequence * 1e6 / FPS);
  const offered: number[] = [];
  for (let sequence = 1; sequence <= 7; sequence++) {
    if (!wanted(sequence)) continue;
    stage.session.sink.offer(frame(sequence));
    offered.push(sequence);
    await stage.turns();
  }
  assert.deepEqual(offered, [1, 4, 7]);
  assert.equal(stage.session.sink.wantsAll, false);
  // The window is full, so that the third waits; a newer one takes its place and is no other turn.
  assert.deepEqual([await stage.frame(), await stage.frame()], [1, 4]);
  assert.equal(wanted(8), true);
  stage.session.sink.offer(frame(8));
  await stage.guest.send({ type: "ack", sequence: 1 });
  assert.equal(await stage.frame(), 8);
  assert.equal(wanted(9), false);
  assert.equal(wanted(10), true);
  assert.equal(stage.session.counts.skipped, 0);
});

Deno.test("GuestSession.state() sends only the newest word on the camera", async () => {
  await using stage = await Stage.welcomed();
  stage.session.sink.state({ camera: "lost", why: "unplugged" });
  stage.session.sink.state({ camera: "starting" });
  stage.session.sink.state(LIVE);
  assert.deepEqual(await stage.guest.receive(), LIVE);
  await stage.sync();
});

Deno.test("GuestSession lets go of every frame, sent, overtaken or left over at the end", async () => {
  await using stage = await Stage.welcomed();
  const freed: number[] = [];
  for (let sequence = 1; sequence <= 5; sequence++) {
    const offered = frame(sequence, () => freed.push(sequence));
    stage.session.sink.offer(offered);
    offered.release();
    await stage.turns();
  }
  // Two are under way, the third and fourth were overtaken, the fifth waits.
  assert.deepEqual([await stage.frame(), await stage.frame()], [1, 2]);
  await stage.turns(() => freed.length === 4);
  assert.deepEqual(freed.toSorted(), [1, 2, 3, 4]);
  stage.session.conversation.leave("the video has ended");
  assert.deepEqual(freed.at(-1), 5);
  const late = frame(6, () => freed.push(6));
  stage.session.sink.offer(late);
  late.release();
  assert.deepEqual(freed.at(-1), 6);
});
