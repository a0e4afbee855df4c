/**
 * The guest's window: the newest picture, and the truth about how old it is.
 *
 * @module
 */

import { describeError } from "../text/error_text.ts";
import { log } from "../cli/log.ts";
import { Mat } from "../opencv/mod.ts";
import { PictureWindow, type PictureWindowOptions } from "./picture_window.ts";
import { drawCaption } from "./caption.ts";
import type { LinkState, Picture } from "../guest/picture.ts";
import { ViewFigures, type ViewFiguresOptions } from "../guest/view_figures.ts";

/** How often a window without fresh pictures is drawn anew, in milliseconds: its clock counts on. */
const REDRAW_EVERY_MS = 250;

/** The size of the window before the first picture, in pixels. */
const BLANK = { rows: 360, cols: 640 };

/** Options of a {@linkcode Viewer}. */
export interface ViewerOptions
  extends ViewFiguresOptions, Pick<PictureWindowOptions, "onClose" | "onLost"> {
  name: string;
  /** Whoever knows how the way to the camera is. */
  feed: { readonly link: LinkState };
  /** Whether age, rate and size stand on the picture from the start. */
  overlay: boolean;
}

/**
 * Shows the pictures that it is offered.
 *
 * - Ownership: it keeps the picture that is on screen, and gives it back when the next is.
 * - Time: an age is taken when the picture is on screen.
 * - Truth: a picture that is lost, or older than allowed, is greyed, with the reason and its age; so
 *   is one of unknown age, where the host tells the time.
 */
export class Viewer implements Disposable {
  readonly figures: ViewFigures;
  readonly #options: ViewerOptions;
  readonly #window: PictureWindow;
  readonly #canvas = new Mat();
  readonly #redrawing: ReturnType<typeof setInterval>;
  #current: Picture | undefined;
  #shownAtMicros = 0;
  #intervalMicros = 0;
  #shown = 0;
  #overlay: boolean;
  #paused = false;
  #closed = false;

  constructor(options: ViewerOptions) {
    this.#options = options;
    this.figures = new ViewFigures(options);
    this.#overlay = options.overlay;
    this.#window = new PictureWindow(options.name, {
      onKey: (key) => this.#key(key),
      onClose: options.onClose,
      onLost: options.onLost,
    });
    this.#redrawing = setInterval(() => this.#redraw(), REDRAW_EVERY_MS);
    this.#redraw();
  }

  get shown(): number {
    return this.#shown;
  }

  /** Shows a picture, unless it is paused; the one before is given back. */
  offer(picture: Picture): void {
    if (this.#paused || this.#closed) return picture.release();
    const { now } = this.#options;
    const before = now();
    this.#current?.release();
    this.#current = picture;
    this.figures.handedOver(picture.capturedAtMicros, before);
    this.#draw(before);
    const after = now();
    this.figures.onScreen(after);
    // The mean over about ten pictures: steady enough to be read.
    this.#intervalMicros += (after - this.#shownAtMicros - this.#intervalMicros) / 10;
    this.#shownAtMicros = after;
    this.#shown++;
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    clearInterval(this.#redrawing);
    this.#window[Symbol.dispose]();
    this.#current?.release();
    this.#current = undefined;
    this.#canvas.release();
  }

  /** Draws again what does not change by new pictures: the link's state, and a growing age. */
  #redraw(): void {
    const now = this.#options.now();
    if (now - this.#shownAtMicros > REDRAW_EVERY_MS * 1000) this.#draw(now);
  }

  #draw(nowMicros: number): void {
    const picture = this.#current;
    const warning = this.#warning(nowMicros);
    if (!picture) {
      this.#canvas.create(BLANK.rows, BLANK.cols);
      this.#canvas.setTo([48, 48, 48]);
    } else if (warning) picture.mat.dimTo(this.#canvas);
    else if (this.#overlay) picture.mat.copyTo(this.#canvas);
    else return this.#window.show(picture.mat);

    if (warning) drawCaption(this.#canvas, warning, { place: "middle" });
    if (picture && this.#overlay) {
      drawCaption(this.#canvas, [this.#facts(picture, nowMicros)], { place: "corner" });
    }
    this.#window.show(this.#canvas, { placeholder: !picture });
  }

  /** What is wrong with the picture on screen, in lines; `undefined` when it is live. */
  #warning(nowMicros: number): string[] | undefined {
    const link: LinkState = this.#options.feed.link;
    const ageMs = this.figures.ageMsAt(nowMicros);
    const since = ageMs === undefined ? [] : [describeAge(ageMs)];
    if (this.#paused) return ["paused", ...since];
    if (link.state === "lost") return [...splitLine(link.why), ...since];
    if (!this.#current) return splitLine(link.why || "waiting for a picture");
    return this.figures.isStaleAt(nowMicros) ? ["not live", ...since] : undefined;
  }

  #facts(picture: Picture, nowMicros: number): string {
    const ageMs = this.figures.ageMsAt(nowMicros);
    const fps = this.#intervalMicros > 0 ? 1e6 / this.#intervalMicros : 0;
    return [
      ageMs === undefined || ageMs === Infinity ? "age unknown" : `age ${formatAge(ageMs)}`,
      `${fps.toFixed(1)} frames/s`,
      `${picture.mat.cols}x${picture.mat.rows}`,
      `${(picture.jpegBytes / 1000).toFixed(0)} kB`,
    ].join("  ");
  }

  #key(key: string): void {
    if (key === "f") this.#window.toggleFullscreen();
    if (key === "i") this.#overlay = !this.#overlay;
    if (key === " ") this.#paused = !this.#paused;
    if (key === "s" && this.#current) void saveSnapshot(this.#current);
    this.#draw(this.#options.now());
  }
}

/** Writes the JPEG as it came, into the working directory. */
async function saveSnapshot(picture: Picture): Promise<void> {
  const path = `capturevideo-${new Date().toISOString().replaceAll(":", "-")}.jpg`;
  try {
    await Deno.writeFile(path, await picture.jpeg());
    log.info(`saved ${path}`);
  } catch (error) {
    log.warn(describeError(error, `save ${path}`).line);
  }
}

function describeAge(ms: number): string {
  return ms === Infinity ? "its age is unknown" : `picture is ${formatAge(ms)} old`;
}

function formatAge(ms: number): string {
  return ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** A long reason in lines that fit a small picture. */
function splitLine(text: string): string[] {
  return text.match(/.{1,48}(?:\s|$)|\S+/g)?.map((line) => line.trim()) ?? [text];
}
