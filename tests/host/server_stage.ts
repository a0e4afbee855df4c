/**
 * A server whose clients the test plays.
 *
 * @module
 */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { CameraFeed } from "../../lib/channel/camera_feed.ts";
import { Cameras } from "../../lib/channel/cameras.ts";
import { Channel } from "../../lib/channel/channel.ts";
import { Demand } from "../../lib/channel/demand.ts";
import { Admission } from "../../lib/host/admission.ts";
import { TcpServer } from "../../lib/host/tcp_server.ts";
import { PictureEncoder } from "../../lib/channel/picture_encoder.ts";
import type { HostPrivacy } from "../../lib/privacy/host_privacy.ts";
import { connectionPair, TestGuest } from "../support/peers.ts";
import { ScriptedSource } from "../support/scripted_source.ts";
import { until } from "../support/until.ts";

/** The cameras' names. */
const NAMES = ["desk", "door"];

/** How the server is to be. */
export interface ServerStageOptions {
  maxGuests?: number;
  legacy?: boolean;
  privacy?: HostPrivacy;
}

/** A server whose guests come from wherever the test says, at times that the test tells. */
export class ServerStage implements AsyncDisposable {
  readonly log: string[] = [];
  readonly troubles: string[] = [];
  readonly bugs: unknown[] = [];
  readonly listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly server: TcpServer;
  nowMicros = 1_000_000_000;
  readonly #cameras: CameraFeed[];
  readonly #encoder = new PictureEncoder(80);
  readonly #sources = NAMES.map(() => new ScriptedSource());
  readonly #stop = new AbortController();
  readonly #guests: TestGuest[] = [];
  readonly #served: Promise<void>;

  constructor({ maxGuests = 3, legacy = false, privacy }: ServerStageOptions = {}) {
    const report = {
      state: () => {},
      damaged: (error: Error) => assert.fail(error),
      joined: (peer: string) => void this.log.push(`${peer} joined`),
      left: (peer: string, reason: string, welcomed: boolean) =>
        void this.log.push(`${welcomed ? "guest" : "client"} ${peer}: ${reason}`),
      notAccepted: ({ message }: Error) => void this.troubles.push(message),
      warn: (line: string) => void this.troubles.push(line),
      bug: (error: unknown) => void this.bugs.push(error),
    };
    const now = () => this.nowMicros;
    const encoder = this.#encoder;
    this.#cameras = this.#sources.map((source) =>
      new CameraFeed({
        source: { requested: source.info, open: () => Promise.resolve(source) },
        lingerMs: 0,
        deviceTimeoutMs: 60_000,
        report,
      })
    );
    const channels = this.#cameras.map((camera, index) => {
      const demand = new Demand(encoder);
      return new Channel({ name: NAMES[index]!, camera, demand, encoder, now, report });
    });
    this.server = new TcpServer({
      cameras: new Cameras(channels),
      admission: new Admission({ maxGuests, maxPerAddress: 2 }),
      hostname: "test",
      legacy,
      privacy,
      now,
      report,
    });
    this.#served = this.server.serve(this.listener, this.#stop.signal);
  }

  /** Whether somebody wants the first camera's pictures. */
  get wantsCamera(): boolean {
    return this.#cameras[0]!.open;
  }

  /** The cameras whose pictures somebody wants. */
  get openCameras(): string[] {
    return NAMES.filter((_, index) => this.#cameras[index]!.open);
  }

  /** A client comes, from an address of the test's choice. */
  async client(address: string, peer = address): Promise<TestGuest> {
    const [ours, theirs] = await connectionPair();
    this.server.take(ours, { address, peer });
    const guest = new TestGuest(theirs);
    this.#guests.push(guest);
    return guest;
  }

  /** A guest comes and is welcomed. */
  async guest(address: string, peer = address): Promise<TestGuest> {
    const guest = await this.client(address, peer);
    await guest.hello();
    await guest.next("welcome");
    return guest;
  }

  /** What the host says to a guest that comes now. */
  async refusal(address: string): Promise<string> {
    const guest = await this.client(address);
    await guest.hello();
    return await guest.farewell();
  }

  /** The guests that are there, by their peers. */
  get peers(): string[] {
    return this.server.guests().map(({ peer }) => peer);
  }

  /** Waits until something is in the log. */
  async logged(line: string): Promise<void> {
    await until(`"${line}" in the log`, () => this.log.includes(line));
  }

  /** Ends the server. */
  async stop(reason?: unknown): Promise<void> {
    this.#stop.abort(reason);
    await this.#served;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const guest of this.#guests) guest[Symbol.dispose]();
    await this.stop();
    const closing = this.#cameras.map((camera) => camera[Symbol.asyncDispose]());
    for (const source of this.#sources) if (source.asked) source.give(0);
    await Promise.all(closing);
    await this.#encoder[Symbol.asyncDispose]();
  }
}
