/**
 * The guest's figures, a second at a time.
 *
 * @module
 */

import type { GuestStats } from "../cli/stats.ts";
import type { Samples } from "../flow/samples.ts";
import type { PictureFeed } from "./picture.ts";

/** Whoever takes the pictures, as far as the figures want to know. */
export interface ViewerFigures {
  /** Ages on screen, in milliseconds. */
  readonly ageMs: Samples;
  /** Ages just before, in milliseconds. */
  readonly handOverAgeMs: Samples;
  /** Pictures shown. */
  readonly shown: number;
  /** Those that were older then than is allowed. */
  readonly stale: number;
  /** How old the picture on screen is now, in milliseconds; `undefined` where nobody knows. */
  readonly pictureAgeMs: number | undefined;
}

/** Whoever receives them, as far as the figures want to know. */
export type Received = Pick<PictureFeed, "link" | "counts">;

/** Turns counts into rates: each report is about the time since the one before. */
export class GuestReport {
  readonly #feed: Received;
  readonly #viewer: ViewerFigures;
  readonly #startedMs = performance.now();
  #lastMs = this.#startedMs;
  #last = { received: 0, receivedBytes: 0, shown: 0 };

  /** @param feed who receives @param viewer who shows */
  constructor(feed: Received, viewer: ViewerFigures) {
    this.#feed = feed;
    this.#viewer = viewer;
  }

  /** The figures since the last call. */
  take(): GuestStats {
    const nowMs = performance.now();
    const seconds = (nowMs - this.#lastMs) / 1000;
    const { received, receivedBytes, replaced, damaged, omitted, reconnects } = this.#feed.counts;
    const { shown, stale, pictureAgeMs } = this.#viewer;
    const last = this.#last;
    this.#lastMs = nowMs;
    this.#last = { received, receivedBytes, shown };

    const age = this.#viewer.ageMs.take();
    const handOver = this.#viewer.handOverAgeMs.take();
    return {
      program: "guest",
      timeSec: (nowMs - this.#startedMs) / 1000,
      state: this.#feed.link.state,
      receivedFps: (received - last.received) / seconds,
      shownFps: (shown - last.shown) / seconds,
      received,
      shown,
      replaced,
      damaged,
      omitted,
      stale,
      pictureAgeMs: pictureAgeMs ?? null,
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
