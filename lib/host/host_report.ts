/**
 * The host's figures, a second at a time.
 *
 * @module
 */

import type { HostStats } from "../cli/stats.ts";
import type { CameraFeed } from "../channel/camera_feed.ts";
import type { Channel } from "../channel/channel.ts";
import type { TcpServer } from "./tcp_server.ts";

/** Figures that are no older are still good, in milliseconds. */
const RECENT_MS = 1500;

/** What the figures are about. */
export interface HostReportOptions {
  camera: Pick<CameraFeed, "captured" | "open" | "state">;
  channel: Pick<Channel, "encodeMs" | "frameBytes">;
}

/** Turns counts into rates: each report is about the time since the one before. */
export class HostReport {
  readonly #options: HostReportOptions;
  readonly #servers: Pick<TcpServer, "guests">[] = [];
  readonly #startedMs = performance.now();
  #lastMs = this.#startedMs;
  #last: HostStats | undefined;
  #lastCaptured = 0;
  #lastSent = new Map<string, number>();

  constructor(options: HostReportOptions) {
    this.#options = options;
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
    const { camera, channel } = this.#options;
    const nowMs = performance.now();
    const seconds = (nowMs - this.#lastMs) / 1000;
    const captureFps = (camera.captured - this.#lastCaptured) / seconds;
    const all = this.#servers.flatMap((server) => server.guests());
    const guests = all.map((guest) => ({
      ...guest,
      sentFps: (guest.sent - (this.#lastSent.get(guest.peer) ?? 0)) / seconds,
    }));
    this.#lastMs = nowMs;
    this.#lastCaptured = camera.captured;
    this.#lastSent = new Map(guests.map(({ peer, sent }) => [peer, sent]));
    return this.#last = {
      program: "host",
      timeSec: (nowMs - this.#startedMs) / 1000,
      camera: camera.open ? camera.state.camera : "idle",
      captureFps,
      encodeMsP50: channel.encodeMs.take()?.p50 ?? null,
      frameBytes: channel.frameBytes || null,
      guests,
    };
  }
}
