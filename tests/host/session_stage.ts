/** A guest's session with a real guest at the other end of a connection, and a clock to turn. */
import assert from "node:assert/strict";
import { EncodedFrame } from "../../lib/channel/encoded_frame.ts";
import { GuestSession, type GuestSessionOptions } from "../../lib/host/guest_session.ts";
import { FRAME_PREFIX_BYTES, type HelloMessage, type WelcomeMessage } from "../protocol/all.ts";
import { connectionPair, TestGuest } from "../support/peers.ts";
import { nextTurn, until } from "../support/until.ts";

export const FPS = 30;
export const LIVE = { type: "status", camera: "live" } as const;
export const WELCOME: WelcomeMessage = {
  type: "welcome",
  version: 1,
  host: "test",
  source: { description: "test", width: 320, height: 240, fps: FPS, format: "" },
};

/** A frame of 100 bytes, captured in its turn. */
export function frame(sequence: number, onFree?: () => void): EncodedFrame {
  const facts = { sequence, capturedAtMicros: sequence * 1e6 / FPS, rendition: "full" } as const;
  return new EncodedFrame(new Uint8Array(FRAME_PREFIX_BYTES + 100), facts, onFree);
}

/** A session and its guest, connected over TCP, in a time that the test tells. */
export class Stage implements AsyncDisposable {
  readonly session: GuestSession;
  readonly guest: TestGuest;
  /** Why the session ended. */
  readonly ended: Promise<string | undefined>;
  #nowMicros = 1_000_000_000;
  #syncs = 0;

  private constructor(
    [ours, theirs]: [Deno.TcpConn, Deno.TcpConn],
    options: Partial<GuestSessionOptions>,
  ) {
    this.session = new GuestSession(ours, {
      now: () => this.#nowMicros,
      onHello: () => ({ says: WELCOME, camera: { fps: FPS, info: WELCOME.source } }),
      onWelcomed: () => {},
      ...options,
    });
    this.guest = new TestGuest(theirs);
    this.ended = this.session.conversation.run().then(({ reason }) => reason);
  }

  static async set(options: Partial<GuestSessionOptions> = {}): Promise<Stage> {
    return new Stage(await connectionPair(), options);
  }

  /** A stage whose guest was welcomed and has answered the first PING at once. */
  static async welcomed(hello: Partial<HelloMessage> = {}): Promise<Stage> {
    const stage = await Stage.set();
    await stage.guest.send({ type: "hello", versions: [1], program: "test", ...hello });
    assert.deepEqual(await stage.guest.receive(), WELCOME);
    await stage.answerPing();
    return stage;
  }

  /** Takes the PING that must come now, and answers it at the host's present time. */
  async answerPing(): Promise<void> {
    const ping = await this.guest.receive();
    assert.equal(ping?.type, "ping");
    await this.guest.send({ type: "pong", t1: (ping as { t1: number }).t1, t2: 5, t3: 5 });
    // The session has read it once it has read what comes behind, and that it answers.
    await this.sync();
  }

  /** Waits until the session has read all that the guest has sent; no frame may be under way. */
  async sync(): Promise<void> {
    const t1 = 1000 + this.#syncs++;
    await this.guest.send({ type: "ping", t1 });
    while ((await this.guest.next("pong")).t1 !== t1);
  }

  /** Lets time pass, without a tick. */
  pass(micros: number): void {
    this.#nowMicros += micros;
  }

  /** The number of the frame that must come now. */
  async frame(): Promise<number> {
    const message = await this.guest.receive();
    assert.ok(message?.type === "frame", `${message?.type} came instead of a frame`);
    return message.sequence;
  }

  /** What comes now is this and not a frame: the session sends it when no frame may go out. */
  async noFrame(): Promise<void> {
    this.session.sink.state(LIVE);
    assert.deepEqual(await this.guest.receive(), LIVE);
  }

  /** Lets the session do what it has to, until the condition holds. */
  async turns(condition: () => boolean = () => true): Promise<void> {
    await nextTurn();
    await until("what the session does", condition);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.guest[Symbol.dispose]();
    await this.ended;
  }
}
