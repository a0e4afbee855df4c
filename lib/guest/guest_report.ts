/**
 * The guest's figures, a second at a time.
 *
 * @module
 */

import type { GuestStats } from "../cli/stats.ts";
import type { PictureFeed } from "./picture.ts";
import type { ViewFigures } from "./view_figures.ts";

/** Whoever takes the pictures, as far as the figures want to know. */
export interface ViewerCounts {
  readonly figures: ViewFigures;
  readonly shown: number;
}

/** Whoever receives them, as far as the figures want to know. */
export type Received = Pick<PictureFeed, "link" | "counts">;

/** Turns counts into rates: each report is about the time since the one before. */
export class GuestReport {
  readonly #feed: Received;
  readonly #viewer: ViewerCounts;
  readonly #name: string | undefined;
  readonly #startedMs = performance.now();
  #lastMs = this.#startedMs;
  #last = { received: 0, receivedBytes: 0, shown: 0 };

  /** @param name which camera it is about, where there are several */
  constructor(feed: Received, viewer: ViewerCounts, name?: string) {
    this.#name = name;
    this.#feed = feed;
    this.#viewer = viewer;
  }

  take(): GuestStats {
    const nowMs = performance.now();
    const seconds = (nowMs - this.#lastMs) / 1000;
    const { received, receivedBytes, replaced, damaged, omitted, reconnects } = this.#feed.counts;
    const { shown, figures } = this.#viewer;
    const last = this.#last;
    this.#lastMs = nowMs;
    this.#last = { received, receivedBytes, shown };

    const age = figures.ageMs.take();
    const handOver = figures.handOverAgeMs.take();
    return {
      program: "guest",
      ...this.#name !== undefined && { name: this.#name },
      timeSec: (nowMs - this.#startedMs) / 1000,
      state: this.#feed.link.state,
      receivedFps: (received - last.received) / seconds,
      shownFps: (shown - last.shown) / seconds,
      received,
      shown,
      replaced,
      damaged,
      omitted,
      stale: figures.stale,
      pictureAgeMs: figures.pictureAgeMs ?? null,
      ageMsP50: age?.p50 ?? null,
      ageMsP99: age?.p99 ?? null,
      ageMsMax: age?.max ?? null,
      handOverAgeMsP50: handOver?.p50 ?? null,
      handOverAgeMsP99: handOver?.p99 ?? null,
      megabitsPerSec: (receivedBytes - last.receivedBytes) * 8 / 1e6 / seconds,
      reconnects,
    };
  }
}
