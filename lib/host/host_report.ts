/**
 * The host's figures, a second at a time.
 *
 * @module
 */

import type { HostStats } from "../cli/stats.ts";
import type { Broadcast } from "../channel/broadcast.ts";
import type { CameraFeed } from "../channel/camera_feed.ts";
import type { GuestServer } from "./guest_server.ts";

/** What the figures are about. */
export interface HostReportOptions {
  /** The camera. */
  feed: Pick<CameraFeed, "captured" | "open" | "status">;
  /** The compression. */
  broadcast: Pick<Broadcast, "encodeMs" | "frameBytes">;
  /** The guests. */
  server: Pick<GuestServer, "guests">;
}

/** Turns counts into rates: each report is about the time since the one before. */
export class HostReport {
  readonly #options: HostReportOptions;
  readonly #startedMs = performance.now();
  #lastMs = this.#startedMs;
  #lastCaptured = 0;
  #lastSent = new Map<string, number>();

  /** @param options the parts that count */
  constructor(options: HostReportOptions) {
    this.#options = options;
  }

  /** The figures since the last call. */
  take(): HostStats {
    const { feed, broadcast, server } = this.#options;
    const nowMs = performance.now();
    const seconds = (nowMs - this.#lastMs) / 1000;
    const captureFps = (feed.captured - this.#lastCaptured) / seconds;
    const guests = server.guests().map((guest) => ({
      ...guest,
      sentFps: (guest.sent - (this.#lastSent.get(guest.peer) ?? 0)) / seconds,
    }));
    this.#lastMs = nowMs;
    this.#lastCaptured = feed.captured;
    this.#lastSent = new Map(guests.map(({ peer, sent }) => [peer, sent]));
    return {
      program: "host",
      timeSec: (nowMs - this.#startedMs) / 1000,
      camera: feed.open ? feed.status.camera : "idle",
      captureFps,
      encodeMsP50: broadcast.encodeMs.take()?.p50 ?? null,
      frameBytes: broadcast.frameBytes || null,
      guests,
    };
  }
}
