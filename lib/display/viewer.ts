/**
 * The guest's window: the newest picture, and the truth about how old it is.
 *
 * @module
 */

import { Mat } from "../opencv/mod.ts";
import { PictureWindow, type PictureWindowOptions } from "./picture_window.ts";
import { drawCaption } from "./caption.ts";
import type { Picture } from "../guest/picture.ts";
import type { ViewFigures } from "../guest/view_figures.ts";
import { ShownPicture, type ShownPictureOptions } from "./shown_picture.ts";
import { saveSnapshot } from "./snapshot.ts";

/** How often a window without fresh pictures is drawn anew, in milliseconds: its clock counts on. */
const REDRAW_EVERY_MS = 250;

/** The size of the window before the first picture, in pixels. */
const BLANK = { rows: 360, cols: 640 };

/** Options of a {@linkcode Viewer}. */
export interface ViewerOptions
  extends ShownPictureOptions, Pick<PictureWindowOptions, "onClose" | "onLost"> {
  name: string;
  /** Whether age, rate and size stand on the picture from the start. */
  overlay: boolean;
}

/**
 * Shows the pictures that it is offered.
 *
 * - Ownership, time, truth: see {@linkcode ShownPicture}; what is not live is greyed, with the
 *   reason and its age.
 */
export class Viewer implements Disposable {
  readonly #options: ViewerOptions;
  readonly #screen: ShownPicture;
  readonly #window: PictureWindow;
  readonly #canvas = new Mat();
  readonly #redrawing: ReturnType<typeof setInterval>;
  #drawnAtMicros = 0;
  #overlay: boolean;
  #paused = false;
  #closed = false;

  constructor(options: ViewerOptions) {
    this.#options = options;
    this.#screen = new ShownPicture(options);
    this.#overlay = options.overlay;
    this.#window = new PictureWindow(options.name, {
      onKey: (key) => this.#key(key),
      onClose: options.onClose,
      onLost: options.onLost,
    });
    this.#redrawing = setInterval(() => this.#redraw(), REDRAW_EVERY_MS);
    this.#redraw();
  }

  get figures(): ViewFigures {
    return this.#screen.figures;
  }

  get shown(): number {
    return this.#screen.shown;
  }

  /** Shows a picture, unless it is paused; the one before is given back. */
  offer(picture: Picture): void {
    if (this.#paused || this.#closed) return picture.release();
    const { now } = this.#options;
    const before = now();
    this.#screen.take(picture, before);
    this.#draw(before);
    this.#drawnAtMicros = now();
    this.#screen.onScreen(this.#drawnAtMicros);
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    clearInterval(this.#redrawing);
    this.#window[Symbol.dispose]();
    this.#screen[Symbol.dispose]();
    this.#canvas.release();
  }

  /** Draws again what does not change by new pictures: the link's state, and a growing age. */
  #redraw(): void {
    const now = this.#options.now();
    if (now - this.#drawnAtMicros > REDRAW_EVERY_MS * 1000) this.#draw(now);
  }

  #draw(nowMicros: number): void {
    const { picture } = this.#screen;
    const warning = this.#screen.warning(nowMicros, this.#paused);
    if (!picture) {
      this.#canvas.create(BLANK.rows, BLANK.cols);
      this.#canvas.setTo([48, 48, 48]);
    } else if (warning) picture.mat.dimTo(this.#canvas);
    else if (this.#overlay) picture.mat.copyTo(this.#canvas);
    else return this.#window.show(picture.mat);

    if (warning) drawCaption(this.#canvas, warning, { place: "middle" });
    if (picture && this.#overlay) {
      const facts = `${this.#screen.age(nowMicros)}  ${this.#screen.facts()}`;
      drawCaption(this.#canvas, [facts], { place: "corner" });
    }
    this.#window.show(this.#canvas, { placeholder: !picture });
  }

  #key(key: string): void {
    if (key === "f") this.#window.toggleFullscreen();
    if (key === "i") this.#overlay = !this.#overlay;
    if (key === " ") this.#paused = !this.#paused;
    const { picture } = this.#screen;
    if (key === "s" && picture) void saveSnapshot(picture);
    this.#draw(this.#options.now());
  }
}
