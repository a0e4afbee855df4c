import assert from "node:assert/strict";
import { isDisconnect } from "../../lib/flow/byte_connection.ts";
import { EncodedFrame } from "../../lib/channel/encoded_frame.ts";
import { MAX_BYTES_PER_SECOND } from "../../lib/peer/flood_guard.ts";
import { LegacySession, MAX_LEGACY_FPS } from "../../lib/legacy/legacy_session.ts";
import { SILENCE_LIMIT_MICROS } from "../../lib/channel/session.ts";
import { FRAME_PREFIX_BYTES } from "../protocol/all.ts";
import { FakeTime } from "../support/fake_time.ts";
import { connectionPair } from "../support/peers.ts";
import { until } from "../support/until.ts";

/** A frame whose JPEG is so many times the byte of its number. */
function frame(
  sequence: number,
  { bytes = 10, capturedAtMicros = sequence * 1e6 / MAX_LEGACY_FPS } = {},
): EncodedFrame {
  const message = new Uint8Array(FRAME_PREFIX_BYTES + bytes).fill(sequence, FRAME_PREFIX_BYTES);
  return new EncodedFrame(message, { sequence, capturedAtMicros, rendition: "full" });
}

/** A session and its guest, which is no more than a connection. */
class Stage implements AsyncDisposable {
  readonly time = new FakeTime();
  readonly session: LegacySession;
  readonly ended: Promise<string>;
  nowMicros = 1_000_000;
  readonly #theirs: Deno.TcpConn;

  private constructor(ours: Deno.TcpConn, theirs: Deno.TcpConn) {
    this.#theirs = theirs;
    this.session = new LegacySession(ours, () => this.nowMicros);
    this.ended = this.session.conversation.run().then(({ reason }) => reason);
  }

  static async set(): Promise<Stage> {
    const [ours, theirs] = await connectionPair();
    return new Stage(ours, theirs);
  }

  /** The guest says something. */
  async say(text: string): Promise<void> {
    await this.#theirs.write(new TextEncoder().encode(text));
  }

  /** What the guest reads now; `null` at the end. */
  async read(): Promise<number[] | null> {
    const buffer = new Uint8Array(1000);
    const length = await this.#theirs.read(buffer);
    return length === null ? null : [...buffer.subarray(0, length)];
  }

  /** The guest goes. */
  leave(): void {
    this.#theirs.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.session.conversation.cut("the test is over");
    await this.ended;
    this.time[Symbol.dispose]();
    try {
      this.leave();
    } catch (error) {
      // The test has closed it.
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }
}

Deno.test("LegacySession sends bare JPEGs to a guest that says nothing", async () => {
  await using stage = await Stage.set();
  for (const sequence of [1, 2]) {
    stage.session.offer(frame(sequence));
    assert.deepEqual(await stage.read(), Array(10).fill(sequence));
  }
  await until("the second one counted", () => stage.session.counts.sent === 2);
  assert.deepEqual(stage.session.counts, {
    sent: 2,
    skipped: 0,
    inFlight: 0,
    rendition: "full",
    rttMs: null,
  });
});

Deno.test("LegacySession sends no more pictures a second than the tutorial's guest shows", async () => {
  await using stage = await Stage.set();
  const received: number[] = [];
  for (let n = 0; n < 60; n++) {
    const { sent } = stage.session.counts;
    stage.session.offer(frame(7, { capturedAtMicros: n * 1e6 / 30 }));
    await stage.time.advance(0);
    if (stage.session.counts.sent > sent) received.push(...(await stage.read())!);
  }
  assert.equal(received.length / 10, 2 * MAX_LEGACY_FPS);
});

Deno.test("LegacySession ends when the guest leaves", async () => {
  await using stage = await Stage.set();
  stage.leave();
  assert.match(await stage.ended, /^(left|connection lost)$/);
});

Deno.test("LegacySession ends with a guest that speaks the protocol too late", async () => {
  await using stage = await Stage.set();
  await stage.say("CV\x01\x01");
  assert.equal(await stage.ended, "it spoke the protocol too late");
});

Deno.test("LegacySession cuts a guest off that talks without end, and leaves the rest unread", async () => {
  await using stage = await Stage.set();
  const talk = "x".repeat(64 * 1024);
  const talking = (async () => {
    for (;;) await stage.say(talk);
  })().catch((error) => error);
  assert.match(await stage.ended, /more than \d+ bytes in a second$/);
  assert.ok(isDisconnect(await talking));
});

Deno.test("LegacySession lets a guest say a little, second by second", async () => {
  await using stage = await Stage.set();
  for (let second = 0; second < 4; second++) {
    await stage.say("x".repeat(MAX_BYTES_PER_SECOND / 2));
    stage.session.tick();
  }
  stage.session.offer(frame(1));
  assert.deepEqual(await stage.read(), Array(10).fill(1));
});

Deno.test("LegacySession cuts a guest off that takes nothing", async () => {
  await using stage = await Stage.set();
  stage.session.offer(frame(1, { bytes: 16_000_000 }));
  // What the system's buffers hold is taken first.
  await until("the end of what is taken", () => {
    stage.nowMicros += 1000;
    return stage.session.silentMicros === 20_000;
  });
  stage.nowMicros += SILENCE_LIMIT_MICROS - 20_000;
  stage.session.tick();
  assert.ok(stage.session.silentMicros > 0);
  stage.session.stoodStill(1_000_000);
  stage.nowMicros += 1_000_000;
  stage.session.tick();
  assert.equal(stage.session.counts.inFlight, 1, "our own standstill is not held against it");
  stage.nowMicros += 1;
  stage.session.tick();
  assert.equal(await stage.ended, "took nothing for 10 s");
});

Deno.test("LegacySession lets the picture under way arrive", async () => {
  await using stage = await Stage.set();
  stage.session.offer(frame(1));
  await stage.time.advance(0);
  stage.session.conversation.leave("the host was ended");
  assert.deepEqual(await stage.read(), Array(10).fill(1));
  assert.equal(await stage.read(), null);
  assert.equal(await stage.ended, "the host was ended");
});
