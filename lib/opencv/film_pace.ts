/**
 * How far a film has come, in the form that the native side reads and writes.
 *
 * @module
 */

/** The pace of one film, brought up to date by each picture that is read. */
export class FilmPace {
  /**
   * For the native side: the moment of the film's beginning, in microseconds of
   * `monotonicMicros()`, then {@linkcode positionMs} and {@linkcode intervalMs}.
   */
  readonly figures: Float64Array<ArrayBuffer> = new Float64Array(3);

  /** How far behind its beginning the last picture is, in ms. */
  get positionMs(): number {
    return this.figures[1]!;
  }

  /**
   * How far that one was behind the one before it, in ms; the next is as far behind it, where its
   * time is not known.
   */
  get intervalMs(): number {
    return this.figures[2]!;
  }

  /** When the last picture's time is, in microseconds of `monotonicMicros()`. */
  get dueMicros(): number {
    return this.figures[0]! + this.positionMs * 1000;
  }

  /** Sets it to the moment in front of the first picture, which is at 0 even if it has no time. */
  beginAt(micros: number, intervalMs: number): void {
    this.figures.set([micros, -intervalMs, intervalMs]);
  }

  /** Moves everything that is to come. */
  delay(micros: number): void {
    this.figures[0]! += micros;
  }
}
