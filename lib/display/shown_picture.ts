/**
 * The picture that is on screen, and the truth about how old it is.
 *
 * @module
 */

import type { LinkState, Picture } from "../guest/picture.ts";
import { ViewFigures, type ViewFiguresOptions } from "../guest/view_figures.ts";

/** Options of a {@linkcode ShownPicture}. */
export interface ShownPictureOptions extends ViewFiguresOptions {
  /** Whoever knows how the way to the camera is. */
  feed: { readonly link: LinkState };
}

/**
 * What is known of the newest picture, in words.
 *
 * - Ownership: it keeps the picture, and gives it back when the next one comes.
 * - Time: an age is taken when the picture is on screen.
 * - Truth: a picture that is lost, or older than allowed, is not live; nor is one of unknown age,
 *   where the host tells the time.
 */
export class ShownPicture implements Disposable {
  readonly figures: ViewFigures;
  readonly #feed: ShownPictureOptions["feed"];
  #picture: Picture | undefined;
  #shownAtMicros = 0;
  #intervalMicros = 0;
  #shown = 0;

  constructor(options: ShownPictureOptions) {
    this.#feed = options.feed;
    this.figures = new ViewFigures(options);
  }

  get picture(): Picture | undefined {
    return this.#picture;
  }

  get shown(): number {
    return this.#shown;
  }

  /** Takes the next picture, which is about to be shown, and gives the one before back. */
  take(picture: Picture, nowMicros: number): void {
    this.#picture?.release();
    this.#picture = picture;
    this.figures.handedOver(picture.capturedAtMicros, nowMicros);
  }

  onScreen(nowMicros: number): void {
    this.figures.onScreen(nowMicros);
    // The mean over about ten pictures: steady enough to be read.
    this.#intervalMicros += (nowMicros - this.#shownAtMicros - this.#intervalMicros) / 10;
    this.#shownAtMicros = nowMicros;
    this.#shown++;
  }

  /** What is wrong with it, in lines; `undefined` when it is live. */
  warning(nowMicros: number, isPaused: boolean): string[] | undefined {
    const { link } = this.#feed;
    const ageMs = this.figures.ageMsAt(nowMicros);
    const since = ageMs === undefined ? [] : [describeAge(ageMs)];
    if (isPaused) return ["paused", ...since];
    if (link.state === "lost") return [...splitLine(link.why), ...since];
    if (!this.#picture) return splitLine(link.why || "waiting for a picture");
    return this.figures.isStaleAt(nowMicros) ? ["not live", ...since] : undefined;
  }

  age(nowMicros: number): string {
    const ageMs = this.figures.ageMsAt(nowMicros);
    return ageMs === undefined || ageMs === Infinity ? "age unknown" : `age ${formatAge(ageMs)}`;
  }

  /** Rate, size and length. */
  facts(): string {
    if (!this.#picture) return "";
    const { mat, jpegBytes } = this.#picture;
    const fps = this.#intervalMicros > 0 ? 1e6 / this.#intervalMicros : 0;
    const length = jpegBytes > 0 ? [`${(jpegBytes / 1000).toFixed(0)} kB`] : [];
    return [`${fps.toFixed(1)} frames/s`, `${mat.cols}x${mat.rows}`, ...length].join("  ");
  }

  /** Gives the picture back. */
  [Symbol.dispose](): void {
    this.#picture?.release();
    this.#picture = undefined;
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
