/**
 * A guest's connection and the host at its other end, for the tests of what they say.
 *
 * @module
 */

import type { ByteConnection } from "../../lib/flow/byte_connection.ts";
import { HostConnection, type HostConnectionOptions } from "../../lib/guest/host_connection.ts";
import type { ReceivedJpeg } from "../../lib/guest/picture.ts";
import { FakeTime } from "../support/fake_time.ts";
import { connectionPair, TestHost } from "../support/peers.ts";
import { until } from "../support/until.ts";

/** How long the guest waits for a picture, in microseconds. */
export const TIMEOUT_MICROS = 10_000_000;

/** What a host says of its camera. */
export const LIVE = { type: "status", camera: "live" } as const;

/** What is different from a usual connection. */
interface StageOptions extends Partial<HostConnectionOptions> {
  /** Whether what comes can be decoded; default: yes. */
  hasPictures?: boolean;
  /** Puts something of the test's around the connection. */
  wrap?: (connection: ByteConnection) => ByteConnection;
  /** Called with each picture. */
  onPicture?: () => void;
  /** Called when all that was read is acknowledged. */
  onAnswered?: () => void;
}

/** A guest's connection and the host at its other end, in a time that the test tells. */
export class Stage implements AsyncDisposable {
  readonly time = new FakeTime();
  readonly host: TestHost;
  /** What the guest heard, in order. */
  readonly said: string[] = [];
  readonly pictures: ReceivedJpeg[] = [];
  readonly connection: HostConnection;
  /** How the connection ended: with an error, or `undefined`. */
  readonly ended: Promise<unknown>;
  #over = false;
  #silent = false;

  private constructor(
    [ours, theirs]: [Deno.TcpConn, Deno.TcpConn],
    { hasPictures = true, wrap = (connection) => connection, onPicture, onAnswered, ...options }:
      StageOptions,
  ) {
    this.host = new TestHost(theirs);
    let arrived = false;
    if (options.dial) ours.close();
    this.connection = new HostConnection({
      dial: () => Promise.resolve(wrap(ours)),
      now: () => this.nowMicros,
      program: "test",
      timeoutMicros: TIMEOUT_MICROS,
      onHearing: () => this.#heard(),
      onEvent: (event, connection) => {
        switch (event.type) {
          case "answer":
            return void this.said.push("answer");
          case "welcome":
            return void this.said.push(`welcome to ${event.host}`);
          case "status":
            return void this.said.push(event.camera);
          case "picture":
            arrived = true;
            this.pictures.push(event);
            return onPicture?.();
          case "answered":
            if (arrived && hasPictures) connection.decoded();
            arrived = false;
            return onAnswered?.();
        }
      },
      ...options,
    });
    this.ended = this.connection.closed.then(() => this.connection.failure)
      .finally(() => this.#over = true);
  }

  static async set(options: StageOptions = {}): Promise<Stage> {
    return new Stage(await connectionPair(), options);
  }

  /** A stage whose guest has said HELLO and the first PING, and was welcomed. */
  static async welcomed(options: StageOptions = {}): Promise<Stage> {
    const stage = await Stage.set(options);
    await stage.host.next("hello");
    await stage.host.next("ping");
    await stage.host.welcome();
    await stage.has("live");
    return stage;
  }

  /** The guest's clock, in microseconds. */
  get nowMicros(): number {
    return 1_000_000_000 + this.time.nowMs * 1000;
  }

  /** Notes a silence, and its end. */
  #heard(): void {
    const { hearing } = this.connection;
    if (hearing === "silent" || hearing === "heard" && this.#silent) this.said.push(hearing);
    this.#silent = hearing === "silent";
  }

  /** Waits until the guest has heard something. */
  async has(what: string, count = 1): Promise<void> {
    await until(`"${what}"`, () => this.said.filter((one) => one === what).length >= count);
  }

  /** Waits until the guest has so many pictures. */
  async hasPictures(count: number): Promise<void> {
    await until(`${count} pictures`, () => this.pictures.length >= count);
  }

  /** Lets time pass until the connection has ended. */
  async over(): Promise<unknown> {
    await until("the end of the connection", async () => {
      await this.time.advance(100);
      return this.#over;
    });
    return await this.ended;
  }

  /** Lets time pass. */
  async pass(micros: number): Promise<void> {
    await this.time.advance(micros / 1000);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.connection.end();
    this.host[Symbol.dispose]();
    await this.over();
    this.time[Symbol.dispose]();
  }
}

/** A FRAME of this number. */
export function frame(sequence: number, jpeg = new Uint8Array(50)) {
  return { type: "frame", sequence, capturedAtMicros: 500_000, jpeg } as const;
}

/** A connection to a host that takes so many writes, and then reads no more. */
export function readingOnly(writes: number): (connection: ByteConnection) => ByteConnection {
  return (connection) => {
    const full = Promise.withResolvers<number>();
    return {
      read: (into) => connection.read(into),
      write: (bytes) => writes-- > 0 ? connection.write(bytes) : full.promise,
      closeWrite: () => connection.closeWrite(),
      close: () => {
        connection.close();
        full.reject(new Deno.errors.BadResource("closed"));
      },
    };
  };
}
