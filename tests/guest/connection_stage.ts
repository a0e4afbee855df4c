/**
 * A guest's connection and the host at its other end, for the tests of what they say.
 *
 * @module
 */

import { HostConnection, type HostConnectionOptions } from "../../lib/guest/host_connection.ts";
import type { ReceivedJpeg } from "../../lib/guest/picture.ts";
import { FakeTime } from "../support/fake_time.ts";
import { connectionPair, TestHost } from "../support/peers.ts";
import { until } from "../support/until.ts";

/** How long the guest waits for a picture, in microseconds. */
export const TIMEOUT_MICROS = 10_000_000;

/** What a host says of its camera. */
export const LIVE = { type: "status", camera: "live" } as const;

/** A guest's connection and the host at its other end, in a time that the test tells. */
export class Stage implements AsyncDisposable {
  readonly time = new FakeTime();
  readonly host: TestHost;
  /** What the guest was told, in order. */
  readonly said: string[] = [];
  readonly pictures: ReceivedJpeg[] = [];
  readonly stop = new AbortController();
  /** How the connection ended: with an error, or `undefined`. */
  readonly ended: Promise<unknown>;
  #over = false;

  private constructor(
    [ours, theirs]: [Deno.TcpConn, Deno.TcpConn],
    options: Partial<HostConnectionOptions>,
  ) {
    this.host = new TestHost(theirs);
    const connection = new HostConnection(ours, {
      now: () => this.nowMicros,
      program: "test",
      timeoutMicros: TIMEOUT_MICROS,
      onAnswer: () => this.said.push("answer"),
      onSilence: (silent) => this.said.push(silent ? "silent" : "heard"),
      onWelcome: ({ host }) => this.said.push(`welcome to ${host}`),
      onStatus: ({ camera }) => this.said.push(camera),
      onJpeg: (picture) => {
        this.pictures.push(picture);
        return Promise.resolve();
      },
      ...options,
    });
    this.ended = connection.run(this.stop.signal)
      .then(() => undefined, (error) => error)
      .finally(() => this.#over = true);
  }

  static async set(options: Partial<HostConnectionOptions> = {}): Promise<Stage> {
    return new Stage(await connectionPair(), options);
  }

  /** A stage whose guest has said HELLO and the first PING, and was welcomed. */
  static async welcomed(options: Partial<HostConnectionOptions> = {}): Promise<Stage> {
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

  /** Waits until the guest was told something. */
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
    this.stop.abort();
    this.host[Symbol.dispose]();
    await this.over();
    this.time[Symbol.dispose]();
  }
}

/** A FRAME of this number. */
export function frame(sequence: number, jpeg = new Uint8Array(50)) {
  return { type: "frame", sequence, capturedAtMicros: 500_000, jpeg } as const;
}
