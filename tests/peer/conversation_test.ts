import assert from "node:assert/strict";
import type { ByteConnection } from "../../lib/flow/byte_connection.ts";
import {
  Conversation,
  type ConversationOptions,
  wrongMessage,
} from "../../lib/peer/conversation.ts";
import { Heartbeat } from "../../lib/peer/heartbeat.ts";
import { encodeMessage, type GuestMessage, MessageDecoder } from "../protocol/all.ts";
import { connectionPair, TestGuest } from "../support/peers.ts";
import { until } from "../support/until.ts";

const FAREWELL_MICROS = 1_000_000;

/** A conversation and the guest at its other end, in a time that the test tells. */
class Stage implements AsyncDisposable {
  readonly conversation: Conversation<GuestMessage>;
  readonly heard: string[] = [];
  readonly guest: TestGuest;
  nowMicros = 1_000_000;
  ends = 0;
  closes = 0;
  readonly ended: ReturnType<Conversation<GuestMessage>["run"]>;

  private constructor(
    [ours, theirs]: [Deno.TcpConn, Deno.TcpConn],
    options: Partial<ConversationOptions<GuestMessage>>,
  ) {
    const decoder = new MessageDecoder({ from: "guest" });
    const connection: ByteConnection = {
      read: (into) => ours.read(into),
      write: (bytes) => ours.write(bytes),
      closeWrite: () => ours.closeWrite(),
      close: () => {
        this.closes++;
        ours.close();
      },
    };
    this.guest = new TestGuest(theirs);
    this.conversation = new Conversation(connection, {
      now: () => this.nowMicros,
      readBytes: 4096,
      farewellMicros: FAREWELL_MICROS,
      decoder: () => decoder,
      heartbeat: new Heartbeat(this.nowMicros, () => Infinity),
      onPart: (message) => {
        this.heard.push(message.type);
        if (message.type === "hello") this.conversation.serve();
        if (message.type === "bye") this.conversation.left(message);
        if (message.type === "ack") throw wrongMessage(message, "a guest: no frame is under way");
      },
      onEnd: () => this.ends++,
      waitsForClose: true,
      ...options,
    });
    this.ended = this.conversation.run();
  }

  static async set(options: Partial<ConversationOptions<GuestMessage>> = {}): Promise<Stage> {
    return new Stage(await connectionPair(), options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.guest[Symbol.dispose]();
    await this.ended;
    assert.deepEqual([this.conversation.state, this.closes, this.ends], ["closed", 1, 1]);
  }
}

Deno.test("Conversation goes from greeting to serving to leaving to closed, and closes once", async () => {
  await using stage = await Stage.set();
  assert.equal(stage.conversation.state, "greeting");
  await stage.guest.hello();
  await until("HELLO", () => stage.conversation.state === "serving");
  stage.conversation.leave("enough");
  stage.conversation.leave("more than enough");
  assert.deepEqual([stage.conversation.state, stage.conversation.isEnding], ["leaving", true]);
  assert.equal(await stage.guest.farewell(), "enough");
  stage.guest[Symbol.dispose]();
  assert.deepEqual(await stage.ended, { how: "ours", reason: "enough", error: undefined });
});

Deno.test("Conversation leaves the closing to the other side, or closes behind its BYE", async () => {
  {
    await using stage = await Stage.set();
    stage.conversation.leave("enough");
    assert.equal(await stage.guest.farewell(), "enough");
    assert.equal(await stage.guest.receive(), undefined);
    assert.equal(stage.closes, 0);
    stage.nowMicros += FAREWELL_MICROS;
    stage.conversation.tick(stage.nowMicros);
    assert.equal(stage.closes, 0);
    stage.nowMicros++;
    stage.conversation.tick(stage.nowMicros);
    assert.equal(stage.closes, 1);
  }
  await using stage = await Stage.set({ waitsForClose: false });
  stage.conversation.leave("enough");
  assert.equal((await stage.ended).reason, "enough");
  assert.equal(await stage.guest.farewell(), "enough");
});

Deno.test("Conversation ends with a message that breaks a rule, and says which", async () => {
  await using stage = await Stage.set();
  await stage.guest.hello();
  const wrong = [{ type: "ack", sequence: 1 }, { type: "ping", t1: 1 }] as const;
  await stage.guest.send(await new Blob(wrong.map(encodeMessage)).bytes());
  assert.match(await stage.guest.farewell(), /^Cannot accept ACK from a guest: no frame is under/);
  // What stands behind it is thrown away.
  assert.deepEqual(stage.heard, ["hello", "ack"]);
});

Deno.test("Conversation tells how the other side has ended it", async () => {
  {
    await using stage = await Stage.set();
    await stage.guest.send({ type: "bye", reason: "enough seen", retry: false });
    await until("BYE", () => stage.conversation.isEnding);
    stage.guest[Symbol.dispose]();
    assert.deepEqual(await stage.ended, { how: "bye", reason: "enough seen", retry: false });
  }
  for (const [bytes, reason] of [[12, "left"], [5, "left in the middle of a message"]] as const) {
    await using stage = await Stage.set();
    const unknown = Uint8Array.of(0x43, 0x56, 1, 200, 0, 0, 0, 0, 0, 0, 0, 0);
    await stage.guest.send(unknown.subarray(0, bytes));
    stage.guest[Symbol.dispose]();
    assert.deepEqual(await stage.ended, { how: "closed", reason });
  }
});

Deno.test("Conversation.run() rejects with a bug, and is closed", async () => {
  const bug = new TypeError("x is undefined");
  const [ours, theirs] = await connectionPair();
  const decoder = new MessageDecoder({ from: "guest" });
  const conversation = new Conversation<GuestMessage>(ours, {
    now: () => 0,
    readBytes: 4096,
    farewellMicros: FAREWELL_MICROS,
    decoder: () => decoder,
    heartbeat: new Heartbeat(0, () => Infinity),
    onPart: () => {
      throw bug;
    },
    waitsForClose: true,
  });
  const ended = conversation.run();
  const guest = new TestGuest(theirs);
  await guest.hello();
  await assert.rejects(ended, bug);
  assert.equal(conversation.state, "closed");
  guest[Symbol.dispose]();
});
