/** What a guest may not do, and what the session says of it. */

import assert from "node:assert/strict";
import { isDisconnect } from "../../lib/flow/byte_connection.ts";
import { MAX_BYTES_PER_SECOND, MAX_MESSAGES_PER_SECOND } from "../../lib/peer/flood_guard.ts";
import { encodeMessage } from "../protocol/all.ts";
import { TestGuest } from "../support/peers.ts";
import { Stage } from "./session_stage.ts";

/** What a guest does that is against the rules, and what the session says of it. */
const OFFENCES: [string, (guest: TestGuest) => Promise<void>, RegExp][] = [
  [
    "a second HELLO",
    (guest) => guest.hello(),
    /^Cannot accept HELLO from a guest: it was said before$/,
  ],
  [
    "an ACK of a frame that was never sent",
    (guest) => guest.send({ type: "ack", sequence: 1 }),
    /^Cannot accept ACK 1: no frame is under way$/,
  ],
  [
    "more messages than anyone needs",
    async (guest) => {
      const ping = encodeMessage({ type: "ping", t1: 1 });
      const flood = new Uint8Array((MAX_MESSAGES_PER_SECOND + 1) * ping.length);
      for (let at = 0; at < flood.length; at += ping.length) flood.set(ping, at);
      await guest.send(flood);
    },
    new RegExp(`it sent more than ${MAX_MESSAGES_PER_SECOND} messages in a second$`),
  ],
  [
    "more bytes than anyone needs",
    async (guest) => {
      // A message of unknown type is skipped by its length, and costs the host next to nothing.
      const unknown = Uint8Array.of(0x43, 0x56, 1, 200, 0, 0, 0, 0, 0, 0, 0xff, 0);
      await guest.send(unknown, new Uint8Array(0xff00));
      for (let sent = 0; sent <= MAX_BYTES_PER_SECOND; sent += 0xff0c) {
        await guest.send(unknown, new Uint8Array(0xff00));
      }
    },
    new RegExp(`it sent more than ${MAX_BYTES_PER_SECOND} bytes in a second$`),
  ],
  ["bytes that are no message", (guest) => guest.send(new Uint8Array(12)), /^Cannot read message/],
];

for (const [what, offend, words] of OFFENCES) {
  Deno.test(`GuestSession ends with ${what}, and says why`, async () => {
    await using stage = await Stage.welcomed();
    await offend(stage.guest);
    assert.match(await stage.guest.farewell(), words);
    stage.guest[Symbol.dispose]();
    assert.match(await stage.ended ?? "", words);
  });
}

Deno.test("GuestSession refuses anything before HELLO, and a guest of other versions", async () => {
  {
    await using stage = await Stage.set();
    await stage.guest.send({ type: "ping", t1: 1 });
    assert.match(await stage.guest.farewell(), /^Cannot accept PING .* first message is HELLO$/);
  }
  await using stage = await Stage.set();
  await stage.guest.send({ type: "hello", versions: [2, 3], program: "test" });
  const { reason, retry } = await stage.guest.next("bye");
  assert.match(reason, /of protocol 2, 3: this host speaks 1$/);
  assert.equal(retry, false);
});

Deno.test("GuestSession says of no other end that coming back is of no use", async () => {
  for (const [, offend] of OFFENCES) {
    await using stage = await Stage.welcomed();
    await offend(stage.guest);
    assert.equal((await stage.guest.next("bye")).retry, undefined);
  }
  await using stage = await Stage.set({ onHello: () => ({ refused: "the house is full" }) });
  await stage.guest.hello();
  assert.equal((await stage.guest.next("bye")).retry, undefined);
});

Deno.test("GuestSession passes over messages of unknown type, also before HELLO", async () => {
  await using stage = await Stage.set();
  const unknown = Uint8Array.of(0x43, 0x56, 1, 200, 0, 0, 0, 0, 0, 0, 0, 2, 9, 9);
  await stage.guest.send(unknown, unknown);
  await stage.guest.hello();
  await stage.guest.next("welcome");
  await stage.guest.send(unknown);
  await stage.sync();
});

Deno.test("GuestSession throws away what stands behind a BYE, and says nothing more", async () => {
  for (const before of [[], [{ type: "hello", versions: [1], program: "test" } as const]]) {
    await using stage = await Stage.set();
    const messages = [...before, { type: "bye", reason: "enough seen" } as const];
    const behind = { type: "hello", versions: [1], program: "late" } as const;
    const all = [...messages, behind, { type: "ack", sequence: 9 } as const].map(encodeMessage);
    await stage.guest.send(await new Blob(all).bytes());
    assert.equal(await stage.guest.receive(), undefined);
    stage.guest[Symbol.dispose]();
    assert.equal(await stage.ended, "enough seen");
  }
});

Deno.test("GuestSession counts messages by the second, so that many in a long time are fine", async () => {
  await using stage = await Stage.welcomed();
  const ping = encodeMessage({ type: "ping", t1: 1 });
  const many = new Uint8Array(MAX_MESSAGES_PER_SECOND / 2 * ping.length);
  for (let at = 0; at < many.length; at += ping.length) many.set(ping, at);
  for (let second = 0; second < 5; second++) {
    await stage.guest.send(many);
    await stage.sync();
    stage.pass(1_000_000);
    stage.session.tick();
  }
  assert.ok(stage.session.active);
});

Deno.test("GuestSession closes at once when a guest goes on sending behind its end", async () => {
  await using stage = await Stage.welcomed();
  const unknown = Uint8Array.of(0x43, 0x56, 1, 200, 0, 0, 0, 0, 0, 0, 0xff, 0);
  const flood = (async () => {
    for (;;) await stage.guest.send(unknown, new Uint8Array(0xff00));
  })().catch((error) => error);
  // The clock does not go on: what ends the session is what it is sent.
  assert.match(await stage.ended ?? "", /bytes in a second$/);
  assert.ok(isDisconnect(await flood));
});
