/**
 * The guest without a window: pictures are decoded, counted and given back.
 *
 * @module
 */

import type { Picture } from "../guest/picture.ts";
import { ViewFigures, type ViewFiguresOptions } from "../guest/view_figures.ts";

/** Takes pictures as a window would, and shows none. */
export class HeadlessViewer implements Disposable {
  /** The ages of the pictures when they could have been shown. */
  readonly figures: ViewFigures;
  readonly shown = 0;
  readonly #now: () => number;

  constructor(options: ViewFiguresOptions) {
    this.figures = new ViewFigures(options);
    this.#now = options.now;
  }

  /** Counts a picture, and gives it back. */
  offer(picture: Picture): void {
    const nowMicros = this.#now();
    this.figures.handedOver(picture.capturedAtMicros, nowMicros);
    this.figures.onScreen(nowMicros);
    picture.release();
  }

  /** Nothing to free. */
  [Symbol.dispose](): void {}
}
