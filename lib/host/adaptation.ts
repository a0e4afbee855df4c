/**
 * Which rendition a guest's link can carry, judged by what it has carried.
 *
 * @example
 * ```ts
 * import { Adaptation } from "./adaptation.ts";
 *
 * const adaptation = new Adaptation();
 * // A link of 2 Mbit/s: of the pictures that come every 33 ms it takes one in 300 ms.
 * for (let n = 0; n < 60; n++) {
 *   adaptation.offered({ skipsAnother: n % 9 !== 0 });
 *   if (n % 9 !== 8) continue;
 *   const picture = { rendition: "full", bytes: 75_000, sentAtMicros: (n - 9) * 33_333 } as const;
 *   adaptation.delivered(picture, { arrivedAtMicros: n * 33_333, roundTripMicros: 2_000 });
 * }
 * console.assert(adaptation.rendition === "small");
 * ```
 * @module
 */

import { type Rendition, RENDITIONS_OF_VIEW, type View } from "../channel/rendition.ts";
import type { SentFrame } from "./ack_window.ts";

/** A judgement rests on at least this time, in microseconds. */
export const SPAN_MICROS = 1_000_000;
/** A judgement rests on at least so many pictures. */
export const SPAN_PICTURES = 10;
/** A smaller rendition is taken where less than this share of the pictures gets through. */
export const TOO_SMALL_SHARE = 2 / 3;
/** A better rendition is tried where at least this share of its pictures should get through. */
export const ENOUGH_SHARE = 0.8;
/** Nothing better is tried while less than this share of the present pictures gets through. */
export const EASY_SHARE = 0.95;
/** How long a rendition is kept before a better one is tried, in microseconds. */
export const FIRST_PATIENCE_MICROS = 3_000_000;
/** The longest wait after attempts that failed, in microseconds. */
export const LONGEST_PATIENCE_MICROS = 120_000_000;
/** An attempt that ends within this time has failed, in microseconds; the wait is then doubled. */
export const PROVEN_AFTER_MICROS = 30_000_000;

/** How large the renditions are, until that has been measured. */
const ASSUMED_BYTES: Readonly<Record<Rendition, number>> = {
  full: 1,
  light: 0.5,
  half: 0.3,
  small: 0.2,
  quarter: 0.08,
};

/** What has to be known of a picture that was sent. */
export type SentPicture = Omit<SentFrame, "sequence">;

/** How a picture has arrived. */
export interface Delivery {
  /** When its acknowledgement came, in microseconds. */
  readonly arrivedAtMicros: number;
  /** The round trip of an empty link, in microseconds. */
  readonly roundTripMicros: number;
}

/**
 * Chooses a rendition for one guest.
 *
 * - Down: as soon as a second's pictures do not get through, at once to what the measured rate will
 *   carry.
 * - Up: one step, where the measured rate will carry it. What was tried and failed is not tried
 *   again before twice the time has passed.
 * - In between: where enough pictures get through but not all, it stays as it is.
 */
export class Adaptation {
  /** From the best to the smallest. */
  #choices: readonly Rendition[] = RENDITIONS_OF_VIEW.full;
  #rendition: Rendition = "full";
  /** The renditions' sizes, each in proportion to the others. */
  readonly #relativeBytes = { ...ASSUMED_BYTES };
  #newest: SentPicture | undefined;
  /** When that was, in microseconds: from then on the link was free for the next one. */
  #arrivedAtMicros = -Infinity;
  #span: Span | undefined;
  #changedAtMicros = -Infinity;
  /** When the present rendition was tried instead of a smaller one, if it was. */
  #climbedAtMicros: number | undefined;
  #patienceMicros = FIRST_PATIENCE_MICROS;

  /** What the guest is to be sent from now on. */
  get rendition(): Rendition {
    return this.#rendition;
  }

  /** Notes how much the guest shows of a picture: more than that is of no use to it. */
  shows(view: View): void {
    const choices = RENDITIONS_OF_VIEW[view];
    if (choices === this.#choices) return;
    const [before] = this.#choices;
    this.#choices = choices;
    // What the link did not carry before, it is not sent now either.
    const isBest = this.#rendition === before;
    const isLeft = (choices as readonly Rendition[]).includes(this.#rendition);
    this.#climbedAtMicros = undefined;
    if (isBest || !isLeft) this.#change(choices[0], -Infinity);
  }

  /** Notes that a picture was offered, and whether the one before had to be left out for it. */
  offered({ skipsAnother }: { skipsAnother: boolean }): void {
    if (!this.#span) return;
    this.#span.offered++;
    if (skipsAnother) this.#span.skipped++;
  }

  /** Notes that a picture has arrived, and draws the conclusions. */
  delivered(picture: SentPicture, { arrivedAtMicros, roundTripMicros }: Delivery): void {
    const { rendition, bytes, sentAtMicros } = picture;
    const betweenMicros = arrivedAtMicros - Math.max(sentAtMicros, this.#arrivedAtMicros);
    this.#arrivedAtMicros = arrivedAtMicros;
    // What was sent before the last change says nothing about the present.
    if (rendition !== this.#rendition) return;
    this.#measure(picture);
    const span = this.#span ??= new Span(arrivedAtMicros);
    span.bytes += bytes;
    span.betweenMicros += betweenMicros;
    span.underWayMicros += Math.max(0, arrivedAtMicros - sentAtMicros - roundTripMicros);
    if (span.offered < SPAN_PICTURES || arrivedAtMicros - span.startMicros < SPAN_MICROS) return;
    this.#span = new Span(arrivedAtMicros);
    this.#judge(span, arrivedAtMicros);
  }

  #judge(span: Span, nowMicros: number): void {
    const better = this.#choices[this.#choices.indexOf(this.#rendition) - 1];
    const share = 1 - span.skipped / span.offered;
    if (share < TOO_SMALL_SHARE) {
      if (this.#climbedAtMicros !== undefined) {
        const failed = nowMicros - this.#climbedAtMicros < PROVEN_AFTER_MICROS;
        this.#patienceMicros = failed
          ? Math.min(LONGEST_PATIENCE_MICROS, 2 * this.#patienceMicros)
          : FIRST_PATIENCE_MICROS;
        this.#climbedAtMicros = undefined;
      }
      this.#change(this.#bestBelow(span, nowMicros), nowMicros);
    } else if (
      better && share >= EASY_SHARE &&
      nowMicros - this.#changedAtMicros >= this.#patienceMicros &&
      this.#carries(better, span, nowMicros)
    ) {
      this.#change(better, nowMicros);
      this.#climbedAtMicros = nowMicros;
    }
  }

  #bestBelow(span: Span, nowMicros: number): Rendition {
    const lesser = this.#choices.slice(this.#choices.indexOf(this.#rendition) + 1);
    return lesser.find((name) => this.#carries(name, span, nowMicros)) ?? lesser.at(-1) ??
      this.#rendition;
  }

  /** Whether the link would carry enough pictures of another rendition. */
  #carries(rendition: Rendition, span: Span, nowMicros: number): boolean {
    // Where pictures queue, the time between two arrivals says what the link takes; where they are
    // spread out, the time that each is under way. Either is too long where the other holds.
    const linkMicros = Math.max(1, Math.min(span.betweenMicros, span.underWayMicros));
    const scale = this.#relativeBytes[rendition] / this.#relativeBytes[this.#rendition];
    const wantedBytes = this.#newest!.bytes * scale * span.offered;
    const wantedMicros = nowMicros - span.startMicros;
    return span.bytes / linkMicros >= ENOUGH_SHARE * wantedBytes / wantedMicros;
  }

  /** Learns how large the renditions are: the last picture of one, the first of another. */
  #measure(picture: SentPicture): void {
    const before = this.#newest;
    this.#newest = picture;
    if (!before || before.rendition === picture.rendition) return;
    const relative = this.#relativeBytes;
    relative[picture.rendition] = relative[before.rendition] * picture.bytes / before.bytes;
  }

  #change(rendition: Rendition, nowMicros: number): void {
    if (rendition === this.#rendition) return;
    this.#rendition = rendition;
    this.#changedAtMicros = nowMicros;
    this.#span = undefined;
  }
}

/** What happened within a second or so. */
class Span {
  readonly startMicros: number;
  offered = 0;
  skipped = 0;
  bytes = 0;
  /** How long the link took for each picture behind the one before. */
  betweenMicros = 0;
  /** How long it took for each in all. */
  underWayMicros = 0;

  constructor(startMicros: number) {
    this.startMicros = startMicros;
  }
}
