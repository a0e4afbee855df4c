/**
 * The guest without a window: pictures are decoded, counted and given back.
 *
 * @module
 */

import { Samples } from "../flow/samples.ts";
import type { PictureFeed } from "../guest/picture.ts";

/** Options of a {@linkcode HeadlessViewer}. */
export interface HeadlessViewerOptions {
  /** An older picture counts as stale, in milliseconds; 0, the default: none does. */
  maxAgeMs?: number;
}

/** Takes pictures as a window would, and shows none. */
export class HeadlessViewer implements Disposable {
  /** The age of each picture when it could have been shown, in milliseconds. */
  readonly handOverAgeMs = new Samples();
  /** The same: nothing is on screen. */
  readonly ageMs = new Samples();
  /** No picture is shown. */
  readonly shown = 0;

  readonly #feed: PictureFeed;
  readonly #now: () => number;
  readonly #maxAgeMs: number;
  #stale = 0;
  #capturedAtMicros: number | undefined;

  /**
   * @param feed where the pictures come from
   * @param now the monotonic clock, in microseconds
   * @param options when a picture is stale
   */
  constructor(feed: PictureFeed, now: () => number, options: HeadlessViewerOptions = {}) {
    this.#feed = feed;
    this.#now = now;
    this.#maxAgeMs = options.maxAgeMs || Infinity;
  }

  /** How many pictures were older than allowed when they could have been shown. */
  get stale(): number {
    return this.#stale;
  }

  /** How old the newest picture is now, in milliseconds; `undefined` where nobody knows. */
  get pictureAgeMs(): number | undefined {
    const ageMs = this.#ageMs(this.#capturedAtMicros);
    return Number.isFinite(ageMs) ? ageMs : undefined;
  }

  /** Takes pictures until the feed ends. */
  async run(): Promise<void> {
    for (let next = await this.#feed.next(); next; next = await this.#feed.next()) {
      this.#capturedAtMicros = next.capturedAtMicros;
      const ageMs = this.#ageMs(next.capturedAtMicros);
      if (ageMs > this.#maxAgeMs) this.#stale++;
      if (Number.isFinite(ageMs)) {
        this.handOverAgeMs.add(ageMs);
        this.ageMs.add(ageMs);
      }
      next.release();
    }
  }

  /** The age now in milliseconds; `NaN` where the host tells no time, infinite where it is unknown. */
  #ageMs(capturedAtMicros = NaN): number {
    return (this.#now() - capturedAtMicros) / 1000;
  }

  /** Nothing to free. */
  [Symbol.dispose](): void {}
}
