/**
 * The host's figures, a second at a time.
 *
 * @module
 */

import type { CameraStats, HostStats } from "../cli/stats.ts";
import type { Channel } from "../channel/channel.ts";
import type { TcpServer } from "./tcp_server.ts";

/** Figures that are no older are still good, in milliseconds. */
const RECENT_MS = 1500;

/** What the figures are about. */
export type ReportedCamera = Pick<
  Channel,
  "name" | "captured" | "state" | "encodeMs" | "frameBytes"
>;

/** Turns counts into rates: each report is about the time since the one before. */
export class HostReport {
  readonly #cameras: readonly ReportedCamera[];
  readonly #servers: Pick<TcpServer, "guests">[] = [];
  readonly #startedMs = performance.now();
  #lastMs = this.#startedMs;
  #last: HostStats | undefined;
  #lastCaptured = new Map<ReportedCamera, number>();
  #lastSent = new Map<unknown, number>();

  /** @param cameras at least one */
  constructor(cameras: readonly ReportedCamera[]) {
    this.#cameras = cameras;
  }

  /** Counts the guests of a server as well. */
  include(server: Pick<TcpServer, "guests">): void {
    this.#servers.push(server);
  }

  /** The last figures, or new ones where those are older than a moment. */
  recent(): HostStats {
    const isRecent = performance.now() - this.#lastMs < RECENT_MS;
    return isRecent && this.#last ? this.#last : this.take();
  }

  /** The figures since the last call. */
  take(): HostStats {
    const nowMs = performance.now();
    const seconds = (nowMs - this.#lastMs) / 1000;
    const counted = this.#servers.flatMap((server) => server.guests());
    const guests = counted.map(({ identity, ...guest }) => ({
      ...guest,
      sentFps: (guest.sent - (this.#lastSent.get(identity) ?? 0)) / seconds,
    }));
    const cameras = this.#cameras.map((camera) => ({
      name: camera.name,
      ...this.#figuresOf(camera, seconds),
    }));
    const { name: _, ...first } = cameras[0]!;
    this.#lastMs = nowMs;
    this.#lastSent = new Map(counted.map(({ identity, sent }) => [identity, sent]));
    return this.#last = {
      program: "host",
      timeSec: (nowMs - this.#startedMs) / 1000,
      ...first,
      guests,
      cameras,
    };
  }

  #figuresOf(camera: ReportedCamera, seconds: number): CameraStats {
    const { captured, state, encodeMs, frameBytes } = camera;
    const captureFps = (captured - (this.#lastCaptured.get(camera) ?? 0)) / seconds;
    this.#lastCaptured.set(camera, captured);
    return {
      camera: state.camera,
      captureFps,
      encodeMsP50: encodeMs.take()?.p50 ?? null,
      frameBytes: frameBytes || null,
    };
  }
}
