/**
 * Which rendition a reader is to read, judged by what its link to the server carries.
 *
 * @module
 */

import type { Rendition, View } from "../channel/rendition.ts";
import { Adaptation } from "../host/adaptation.ts";

/** A gap that is longer is a pause of the host's, and says nothing about the link. */
const LONGEST_GAP = 100;

/** What is known of a picture that has come. */
export interface ArrivedPicture {
  readonly sequence: number;
  readonly bytes: number;
  /** When it was captured, in microseconds of our own clock. */
  readonly capturedAtMicros: number;
  readonly arrivedAtMicros: number;
  /** The round trip to the server on an idle link, in microseconds. */
  readonly roundTripMicros: number;
}

/**
 * Chooses as a host does for a guest of its own ({@linkcode Adaptation}); what it would know of
 * pictures that were left out, their numbers tell.
 */
export class RenditionChoice {
  readonly #adaptation = new Adaptation();
  #sequence: number | undefined;

  /** What is to be read from now on. */
  get rendition(): Rendition {
    return this.#adaptation.rendition;
  }

  /** Notes how much is shown of a picture. */
  shows(view: View): void {
    this.#adaptation.shows(view);
  }

  /** Forgets the number of the last picture: what is missing now was not left out for the link. */
  pause(): void {
    this.#sequence = undefined;
  }

  /** Notes a picture of the rendition that is read. */
  arrived({ sequence, bytes, capturedAtMicros, ...arrival }: ArrivedPicture): void {
    const before = this.#sequence ?? sequence - 1;
    this.#sequence = sequence;
    const gap = (sequence - before) | 0;
    if (gap > LONGEST_GAP) return;
    for (let n = 1; n <= gap; n++) this.#adaptation.offered({ skipsAnother: n > 1 });
    const { rendition } = this.#adaptation;
    this.#adaptation.delivered({ rendition, bytes, sentAtMicros: capturedAtMicros }, arrival);
  }
}
