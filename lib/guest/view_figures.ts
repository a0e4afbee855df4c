/**
 * How old pictures are when they are shown, and how many are.
 *
 * @example
 * ```ts
 * import { ViewFigures } from "./view_figures.ts";
 *
 * const figures = new ViewFigures({ now: () => 9_000_000, maxAgeMs: 1000 });
 * figures.handedOver(8_000_000, 8_005_000);
 * figures.onScreen(8_007_000);
 * console.assert(figures.ageMs.take()?.max === 7);
 * console.assert(figures.pictureAgeMs === 1000);
 * ```
 * @module
 */

import { Samples } from "../flow/samples.ts";

/** Options of {@linkcode ViewFigures}. */
export interface ViewFiguresOptions {
  /** The monotonic clock, in microseconds. */
  now: () => number;
  /** An older picture counts as stale, in milliseconds; 0: none does. */
  maxAgeMs: number;
}

/** Counts what a viewer does with each picture: it is handed over, and then on screen. */
export class ViewFigures {
  /** Ages just before pictures were shown, in milliseconds. */
  readonly handOverAgeMs = new Samples();
  /** Ages when they were on screen, in milliseconds. */
  readonly ageMs = new Samples();
  readonly #options: ViewFiguresOptions;
  #capturedAtMicros: number | undefined;
  #shownAtMicros: number | undefined;
  #stale = 0;

  constructor(options: ViewFiguresOptions) {
    this.#options = options;
  }

  /** How many pictures were older than allowed when they were handed over. */
  get stale(): number {
    return this.#stale;
  }

  /** How old the newest picture is now, in milliseconds; `undefined` where nobody knows. */
  get pictureAgeMs(): number | undefined {
    const ageMs = this.ageMsAt(this.#options.now());
    return ageMs === Infinity ? undefined : ageMs;
  }

  /** Notes that a picture is about to be shown: when it was captured, as a `Picture` has it. */
  handedOver(capturedAtMicros: number | undefined, nowMicros: number): void {
    this.#capturedAtMicros = capturedAtMicros;
    this.#shownAtMicros = nowMicros;
    this.#add(this.handOverAgeMs, nowMicros);
    if (capturedAtMicros !== undefined && this.isStaleAt(nowMicros)) this.#stale++;
  }

  onScreen(nowMicros: number): void {
    this.#shownAtMicros = nowMicros;
    this.#add(this.ageMs, nowMicros);
  }

  /**
   * The newest picture's age at that time, in milliseconds; infinite where it is unknown. Where the
   * host tells no time, it is the time since the picture was shown, once that is a second.
   */
  ageMsAt(nowMicros: number): number | undefined {
    if (this.#capturedAtMicros !== undefined) return (nowMicros - this.#capturedAtMicros) / 1000;
    if (this.#shownAtMicros === undefined) return undefined;
    const shownForMs = (nowMicros - this.#shownAtMicros) / 1000;
    return shownForMs > 1000 ? shownForMs : undefined;
  }

  /** Whether it is older then than is allowed. */
  isStaleAt(nowMicros: number): boolean {
    const { maxAgeMs } = this.#options;
    return maxAgeMs > 0 && (this.ageMsAt(nowMicros) ?? 0) > maxAgeMs;
  }

  #add(samples: Samples, nowMicros: number): void {
    const ageMs = (nowMicros - (this.#capturedAtMicros ?? -Infinity)) / 1000;
    if (ageMs !== Infinity) samples.add(ageMs);
  }
}
