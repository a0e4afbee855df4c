/**
 * How long a host has owed a picture.
 *
 * @example
 * ```ts
 * import { PictureClock } from "./picture_clock.ts";
 *
 * const clock = new PictureClock(0);
 * console.assert(clock.owedMicros(3_000_000) === 3_000_000);
 * clock.said("lost", 4_000_000);
 * console.assert(clock.owedMicros(60_000_000) === 4_000_000);
 * clock.picture(61_000_000);
 * console.assert(clock.owedMicros(61_000_000) === 0);
 * ```
 * @module
 */

import type { CameraState } from "../protocol/messages.ts";

/**
 * For so long a camera may be starting without owing pictures, in microseconds: opening a stream
 * may take half a minute.
 */
export const LONGEST_START_MICROS = 60_000_000;

/**
 * Adds up the time in which a picture should have come.
 *
 * - Only a picture sets it back to nothing, whatever else the host says.
 * - A camera that is said to be lost owes none, and one that is starting none for
 *   {@linkcode LONGEST_START_MICROS}. A host that has said nothing of it owes pictures.
 */
export class PictureClock {
  #camera: CameraState = "live";
  #lookedAtMicros: number;
  #owedMicros = 0;
  #startingMicros = 0;

  /** @param nowMicros when the connection was made, in microseconds */
  constructor(nowMicros: number) {
    this.#lookedAtMicros = nowMicros;
  }

  /** Notes what the host says of its camera. */
  said(camera: CameraState, nowMicros: number): void {
    this.#look(nowMicros);
    this.#camera = camera;
  }

  /** Notes that a picture has come. */
  picture(nowMicros: number): void {
    this.#lookedAtMicros = nowMicros;
    this.#owedMicros = this.#startingMicros = 0;
  }

  /** Does not count a time in which nobody listened, in microseconds. */
  excuse(micros: number): void {
    this.#lookedAtMicros += micros;
  }

  /** For how long pictures were owed since the last one came, in microseconds. */
  owedMicros(nowMicros: number): number {
    this.#look(nowMicros);
    return this.#owedMicros;
  }

  #look(nowMicros: number): void {
    let micros = Math.max(0, nowMicros - this.#lookedAtMicros);
    this.#lookedAtMicros += micros;
    if (this.#camera === "lost") return;
    if (this.#camera === "starting") {
      const excused = Math.min(micros, LONGEST_START_MICROS - this.#startingMicros);
      this.#startingMicros += excused;
      micros -= excused;
    }
    this.#owedMicros += micros;
  }
}
